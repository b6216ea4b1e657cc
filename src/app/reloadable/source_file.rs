//! Validated reading of files whose content is sent to providers.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Error, Result};

/// Reads a text file of at most `most` bytes.
///
/// # Errors
/// `Conflict` with the path; for invalid UTF-8, also the line number.
pub(super) fn read_text_file(path: &Path, most: u64) -> Result<String> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| {
        Error::conflict(format!("{shown} cannot be read")).hint("check that it exists, and its mode").caused_by(error)
    };
    // Checked before opening: opening a named pipe would block.
    check_file(path, &std::fs::metadata(path).map_err(unreadable)?)?;
    let mut file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.by_ref().take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(Error::conflict(format!("{shown} has more than {} KiB", most >> 10)).hint("shorten it"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.split(|byte| *byte == b'\n').count();
        Error::conflict(format!("line {line} of {shown} is not UTF-8")).hint("save it as UTF-8")
    })
}

fn check_file(path: &Path, facts: &std::fs::Metadata) -> Result<()> {
    if !facts.is_file() {
        return Err(Error::conflict(format!("{} is not a file", path.display())).hint("replace it with a text file"));
    }
    check_mode(path, facts)
}

/// Refuses a file that every user of the machine may write to.
pub(super) fn check_mode(path: &Path, facts: &std::fs::Metadata) -> Result<()> {
    if facts.mode() & 0o002 != 0 {
        let shown = path.display();
        return Err(
            Error::conflict(format!("{shown} is writable for everyone")).hint(format!("run `chmod o-w {shown}`"))
        );
    }
    Ok(())
}

pub(super) fn sha256_hex(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text))
}

/// TOML file that reports errors with line numbers.
pub(super) struct TomlSource<'t> {
    path: &'t Path,
    text: &'t str,
}

impl<'t> TomlSource<'t> {
    pub(super) fn parse(path: &'t Path, text: &'t str) -> Result<(Self, Spanned<DeTable<'t>>)> {
        let toml = Self { path, text };
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            // The parser's own message may quote the file's text.
            toml.error_at(at, "this is not valid TOML")
        })?;
        Ok((toml, table))
    }

    /// Returns the error for the text at byte `at`.
    pub(super) fn error_at(&self, at: usize, what: &str) -> Error {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let line = before.split(|byte| *byte == b'\n').count();
        Error::conflict(format!("line {line} of {}: {what}", self.path.display()))
            .hint("fix the file; until then the version loaded before stays in use")
    }

    /// Returns a key's string, trimmed, with its byte offset.
    ///
    /// # Errors
    /// `Conflict` for a value that is not a string or is empty.
    pub(super) fn optional_string<'v>(&self, table: &'v DeTable<'_>, key: &str) -> Result<Option<(&'v str, usize)>> {
        let Some(value) = table.get(key) else { return Ok(None) };
        let at = value.span().start;
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Ok(Some((text.trim(), at))),
            _ => Err(self.error_at(at, &format!("`{key}` must be a text and not empty"))),
        }
    }
}
