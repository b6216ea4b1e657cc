//! What backups there are, as their descriptions tell it: no key and no journal is needed.

use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;

use crate::backup::folder;
use crate::config::Config;
use crate::config::absolute;
use crate::error::Error;
use crate::error::Result;

/// How a backup looks without a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// There, with the size that its description says.
    Present,
    /// Only the description is there.
    Missing,
    /// Of another size than its description says.
    WrongSize,
    /// Without a description that this version can read.
    Undescribed,
}

/// A backup.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    /// The archive's name.
    pub archive: String,
    /// When it was begun.
    pub created_at: Option<String>,
    /// Size of the archive in bytes.
    pub bytes: Option<u64>,
    /// Originals that it needs.
    pub originals: Option<usize>,
    /// Whom it is encrypted to.
    pub recipients: Vec<String>,
    /// The root key of the journal that it is of.
    pub fingerprint: Option<String>,
    /// Whether vectors and full-text index are in it.
    pub derived: Option<bool>,
    /// How it looks.
    pub state: State,
}

/// The backups in a folder.
#[derive(Debug, Clone, Serialize)]
pub struct List {
    /// The folder.
    pub folder: PathBuf,
    /// The backups, oldest first.
    pub items: Vec<Listed>,
}

/// Lists the backups in a folder, or in the one of the settings.
///
/// # Errors
/// `NotFound` without such a folder.
pub fn list(config: &Config, named: Option<&Path>) -> Result<List> {
    let folder = named.or(config.backup.dir.as_deref()).ok_or_else(nowhere)?;
    let folder = absolute(folder)?;
    let items = folder::archives(&folder)?.into_iter().map(listed).collect();
    Ok(List { folder, items })
}

/// The refusal when neither a flag nor a setting names the folder.
pub(super) fn nowhere() -> Error {
    Error::invalid("nobody said where the backups are").hint("name the folder, or set JOURNAL_BACKUP_DIR")
}

fn listed(found: folder::Named) -> Listed {
    let state = match (&found.says, found.bytes) {
        (None, _) => State::Undescribed,
        (Some(_), None) => State::Missing,
        (Some(_), Some(_)) if found.has_its_size() => State::Present,
        (Some(_), Some(_)) => State::WrongSize,
    };
    let says = found.says;
    Listed {
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
