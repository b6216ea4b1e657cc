//! Whom a backup is encrypted to: from flags, files and settings, all read before anything is written.

use std::path::Path;
use std::path::PathBuf;

use crate::config::Config;
use crate::crypto::archive::Recipient;
use crate::error::Error;
use crate::error::Result;
use crate::storage::failure;
use crate::storage::keyring_file;

/// Whom a backup is for.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Recipients {
    /// Public key that opens the backup: age1…, or a line of an SSH public key file
    #[arg(short = 'r', long = "recipient", value_name = "KEY")]
    pub keys: Vec<String>,
    /// File with one public key a line; # begins a comment
    #[arg(long = "recipients-file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File with a passphrase that opens the backup, in the place of keys
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

impl Recipients {
    /// Reads them all; what the settings name counts where nothing is given.
    ///
    /// # Errors
    /// `Invalid` for nobody, for what is no public key, and for a passphrase among keys.
    pub(super) fn read(&self, config: &Config) -> Result<Vec<Recipient>> {
        let mut found = Vec::new();
        for (position, text) in self.keys.iter().enumerate() {
            found.push(Recipient::parse(text).map_err(|error| error.of(format!("recipient {}", position + 1)))?);
        }
        for file in &self.files {
            from_file(file, &mut found)?;
        }
        if let Some(file) = &self.passphrase_file {
            if !found.is_empty() {
                return Err(Error::invalid("a passphrase cannot be mixed with other recipients")
                    .hint("encrypt to keys, or to a passphrase alone"));
            }
            let passphrase = keyring_file::read_line(file)?;
            if passphrase.expose().is_empty() {
                return Err(Error::invalid(format!("{} holds no passphrase", file.display()))
                    .hint("write it in the first line"));
            }
            return Ok(vec![Recipient::passphrase(&passphrase)]);
        }
        if found.is_empty() {
            for text in &config.backup.recipients {
                found.push(Recipient::parse(text).map_err(|error| error.of("the setting backup.recipients"))?);
            }
        }
        if found.is_empty() {
            return Err(Error::invalid("there is nobody to encrypt to")
                .hint("pass --recipient age1…; `age-keygen -o key.txt` makes a key and prints its recipient"));
        }
        // Whoever is named twice is one recipient.
        let mut seen = std::collections::HashSet::new();
        found.retain(|recipient| seen.insert(recipient.shown().to_owned()));
        Ok(found)
    }
}

fn from_file(file: &Path, found: &mut Vec<Recipient>) -> Result<()> {
    let text = std::fs::read_to_string(file).map_err(|error| failure::io("reading", file, error))?;
    let before = found.len();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = || format!("{}, line {}", file.display(), number + 1);
        found.push(Recipient::parse(line).map_err(|error| error.of(place()))?);
    }
    if found.len() == before {
        return Err(Error::invalid(format!("{} names no recipient", file.display()))
            .hint("write one public key a line, age1… or ssh-…"));
    }
    Ok(())
}
