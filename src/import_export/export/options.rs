//! Options of an export.

use std::path::PathBuf;

use crate::secret::Secret;

/// Options of an export.
#[derive(Debug, Default)]
pub struct ExportOptions {
    /// A new or empty folder; with recipients or a passphrase, a new file.
    pub to: PathBuf,
    /// Recipients to encrypt to: `age1…`, or lines of SSH public keys.
    pub recipients: Vec<String>,
    /// Passphrase to encrypt with, instead of recipients.
    pub passphrase: Option<Secret<String>>,
    /// Skips damaged or missing originals instead of failing.
    pub skip_damaged: bool,
}
