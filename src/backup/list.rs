//! Lists the backups of a folder from their descriptions; needs no key and no journal.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::backup::repository;
use crate::config::{Config, absolute_path};
use crate::error::Result;

/// State of a backup as far as it is visible without a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupState {
    /// Present, with the size given in its description.
    Present,
    /// Only the description exists.
    Missing,
    /// The size differs from its description.
    WrongSize,
    /// No description that this version can read.
    Undescribed,
}

/// One backup of the list.
#[derive(Debug, Clone, Serialize)]
pub struct BackupInfo {
    /// The archive's name.
    pub archive: String,
    /// Start of the backup.
    pub created_at: Option<String>,
    /// Size of the archive in bytes.
    pub bytes: Option<u64>,
    /// Originals that it references.
    pub originals: Option<usize>,
    /// Recipients it is encrypted to.
    pub recipients: Vec<String>,
    /// Fingerprint of the journal's root key.
    pub fingerprint: Option<String>,
    /// True if it includes vectors and the full-text index.
    pub derived: Option<bool>,
    /// State of the archive file.
    pub state: BackupState,
}

/// The backups in a folder.
#[derive(Debug, Clone, Serialize)]
pub struct BackupList {
    /// The folder.
    pub folder: PathBuf,
    /// The backups, oldest first.
    pub items: Vec<BackupInfo>,
}

/// Lists the backups of the given folder, or of the configured one.
///
/// # Errors
/// `NotFound` if the folder does not exist; `Invalid` if none is given or configured.
pub fn list(config: &Config, named: Option<&Path>) -> Result<BackupList> {
    let folder = absolute_path(repository::configured_path(config, named)?)?;
    let items = repository::archives(&folder)?.into_iter().map(backup_info).collect();
    Ok(BackupList { folder, items })
}

fn backup_info(found: repository::ArchiveName) -> BackupInfo {
    let state = match (&found.summary, found.bytes) {
        (None, _) => BackupState::Undescribed,
        (Some(_), None) => BackupState::Missing,
        (Some(_), Some(_)) if found.size_matches() => BackupState::Present,
        (Some(_), Some(_)) => BackupState::WrongSize,
    };
    let says = found.summary;
    BackupInfo {
        archive: found.name,
        created_at: says.as_ref().map(|says| says.created_at.clone()),
        bytes: found.bytes,
        originals: says.as_ref().map(|says| says.originals),
        recipients: says.as_ref().map(|says| says.recipients.clone()).unwrap_or_default(),
        fingerprint: says.as_ref().map(|says| says.fingerprint.clone()),
        derived: says.as_ref().map(|says| says.derived),
        state,
    }
}
