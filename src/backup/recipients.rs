//! Recipients of a backup from flags, files and settings, all read before anything is written.

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::crypto::age_archive::ArchiveRecipient;
use crate::error::{Error, Result};
use crate::storage::{io_error, keyring_file};

/// Recipient flags.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RecipientArgs {
    /// Public key to encrypt the backup to: age1…, or a line of an SSH public key file
    #[arg(short = 'r', long = "recipient", value_name = "KEY")]
    pub keys: Vec<String>,
    /// File with one public key per line; # starts a comment
    #[arg(long = "recipients-file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File with a passphrase to encrypt the backup with, instead of keys
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

impl RecipientArgs {
    /// Reads all recipients; uses the setting `backup.recipients` if no flag is given.
    ///
    /// # Errors
    /// `Invalid` without any recipient, for a malformed public key, and for a passphrase combined with keys.
    pub(super) fn read(&self, config: &Config) -> Result<Vec<ArchiveRecipient>> {
        let mut found = Vec::new();
        for (position, text) in self.keys.iter().enumerate() {
            found.push(
                ArchiveRecipient::parse(text)
                    .map_err(|error| error.with_prefix(format!("recipient {}", position + 1)))?,
            );
        }
        for file in &self.files {
            read_recipients_file(file, &mut found)?;
        }
        if let Some(file) = &self.passphrase_file {
            if !found.is_empty() {
                return Err(Error::invalid("a passphrase cannot be mixed with other recipients")
                    .hint("encrypt to keys, or to a passphrase alone"));
            }
            let passphrase = keyring_file::read_single_line(file)?;
            if passphrase.expose().is_empty() {
                return Err(Error::invalid(format!("{} contains no passphrase", file.display()))
                    .hint("write the passphrase on the first line"));
            }
            return Ok(vec![ArchiveRecipient::from_passphrase(&passphrase)]);
        }
        if found.is_empty() {
            for text in &config.backup.recipients {
                found.push(
                    ArchiveRecipient::parse(text)
                        .map_err(|error| error.with_prefix("the setting backup.recipients"))?,
                );
            }
        }
        if found.is_empty() {
            return Err(Error::invalid("there is no recipient to encrypt to")
                .hint("pass --recipient age1…; `age-keygen -o key.txt` creates a key and prints its recipient"));
        }
        // Duplicates are removed.
        let mut seen = std::collections::HashSet::new();
        found.retain(|recipient| seen.insert(recipient.display_name().to_owned()));
        Ok(found)
    }
}

fn read_recipients_file(file: &Path, found: &mut Vec<ArchiveRecipient>) -> Result<()> {
    let text = std::fs::read_to_string(file).map_err(|error| io_error::for_path("reading", file, error))?;
    let before = found.len();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = || format!("{}, line {}", file.display(), number + 1);
        found.push(ArchiveRecipient::parse(line).map_err(|error| error.with_prefix(place()))?);
    }
    if found.len() == before {
        return Err(Error::invalid(format!("{} contains no recipient", file.display()))
            .hint("write one public key per line, age1… or ssh-…"));
    }
    Ok(())
}
