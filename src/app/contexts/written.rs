//! Files that the operator wrote, read with care: what stands in them is sent to providers.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use sha2::Digest;
use sha2::Sha256;
use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

use crate::error::Error;
use crate::error::Result;

/// Reads a text file of at most so many bytes.
///
/// # Errors
/// `Conflict` naming the file, and the line of what is no UTF-8.
pub(super) fn read(path: &Path, most: u64) -> Result<String> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| {
        Error::conflict(format!("{shown} cannot be read")).hint("check that it is there, and its mode").caused_by(error)
    };
    // Looked at before it is opened: opening a pipe would wait for its other end.
    check(path, &std::fs::metadata(path).map_err(unreadable)?)?;
    let mut file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.by_ref().take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(Error::conflict(format!("{shown} has more than {} KiB", most >> 10)).hint("shorten it"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::conflict(format!("line {line} of {shown} is not UTF-8")).hint("save it as UTF-8")
    })
}

fn check(path: &Path, facts: &std::fs::Metadata) -> Result<()> {
    if !facts.is_file() {
        return Err(Error::conflict(format!("{} is not a file", path.display())).hint("put a text file there"));
    }
    check_mode(path, facts)
}

/// Refuses what anybody on the machine could write to.
pub(super) fn check_mode(path: &Path, facts: &std::fs::Metadata) -> Result<()> {
    if facts.mode() & 0o002 != 0 {
        let shown = path.display();
        return Err(Error::conflict(format!("anybody on this machine may write to {shown}"))
            .hint(format!("`chmod o-w {shown}`")));
    }
    Ok(())
}

pub(super) fn hash(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text))
}

/// A TOML file, with places to name in errors.
pub(super) struct Toml<'t> {
    path: &'t Path,
    text: &'t str,
}

impl<'t> Toml<'t> {
    pub(super) fn parse(path: &'t Path, text: &'t str) -> Result<(Self, Spanned<DeTable<'t>>)> {
        let toml = Self { path, text };
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            // The parser's own message may quote what stands there.
            toml.wrong(at, "this is not valid TOML")
        })?;
        Ok((toml, table))
    }

    /// Makes the error for what stands at a byte.
    pub(super) fn wrong(&self, at: usize, what: &str) -> Error {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::conflict(format!("line {line} of {}: {what}", self.path.display()))
            .hint("mend the file; until then the version read before stays in use")
    }

    /// Returns a table's text under a key, trimmed, with the byte where it stands.
    ///
    /// # Errors
    /// `Conflict` for what is no text, or empty.
    pub(super) fn optional_words<'v>(&self, table: &'v DeTable<'_>, key: &str) -> Result<Option<(&'v str, usize)>> {
        let Some(value) = table.get(key) else { return Ok(None) };
        let at = value.span().start;
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Ok(Some((text.trim(), at))),
            _ => Err(self.wrong(at, &format!("`{key}` must be a text that is not empty"))),
        }
    }
}
