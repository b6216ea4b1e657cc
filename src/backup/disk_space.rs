//! Disk space check before a backup.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::domain::backup;
use crate::domain::id::NotebookId;
use crate::error::{Error, Result};
use crate::storage::data_dir::{DataDir, database_bytes};
use crate::storage::{files, io_error};

/// Reserve in bytes for headers, manifest, description and file system block rounding.
const RESERVE_BYTES: u64 = 4 * 1024 * 1024;

/// Disk space that a backup needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct SpaceRequired {
    /// Bytes of all databases with their WAL files.
    pub(super) databases: u64,
    /// Bytes of the originals that the repository does not have.
    pub(super) originals: u64,
}

impl SpaceRequired {
    /// Measures the data directory against the originals in the repository.
    pub(super) fn measure(data: &DataDir, notebooks: &[NotebookId], folder: &Path) -> Result<Self> {
        let mut need = Self { databases: database_bytes(&data.accounts()), originals: 0 };
        for &id in notebooks {
            need.databases += database_bytes(&data.notebook_database(id));
            need.originals +=
                missing_original_bytes(&data.media(id), &folder.join(backup::MEDIA_DIR).join(id.to_string()))?;
        }
        Ok(need)
    }

    /// Checks the free disk space; returns true if `folder` is on the disk of the data directory.
    ///
    /// # Errors
    /// `Conflict` naming the needed and free space and the folder.
    pub(super) fn ensure_free_space(self, data: &DataDir, folder: &Path, derived: bool) -> Result<bool> {
        // Without derived data each database is written a second time.
        let work = self.databases * if derived { 1 } else { 2 };
        let archive = self.databases + self.originals + RESERVE_BYTES;
        let same = device_id(data.root())? == device_id(folder)?;
        if same {
            ensure_free(folder, work + archive)?;
        } else {
            ensure_free(&data.tmp(), work)?;
            ensure_free(folder, archive)?;
        }
        Ok(same)
    }
}

fn ensure_free(place: &Path, needed: u64) -> Result<()> {
    let free = files::free_bytes(place)?;
    if free >= needed {
        return Ok(());
    }
    let (needed, free) = (human_bytes(needed), human_bytes(free));
    Err(Error::conflict(format!("not enough disk space in {}: {needed} needed, {free} free", place.display()))
        .hint("free some space, remove old backups with `journal backup prune`, or use a folder on another disk"))
}

fn device_id(path: &Path) -> Result<u64> {
    std::fs::metadata(path).map(|facts| facts.dev()).map_err(|error| io_error::for_path("opening", path, error))
}

fn missing_original_bytes(source: &Path, target: &Path) -> Result<u64> {
    let items = match std::fs::read_dir(source) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        other => other.map_err(|error| io_error::for_path("reading", source, error))?,
    };
    let mut bytes = 0;
    for item in items {
        let item = item.map_err(|error| io_error::for_path("reading", source, error))?;
        if item.path().extension().is_some_and(|ending| ending == "age") && !target.join(item.file_name()).exists() {
            // A file deleted meanwhile is not copied.
            bytes += item.metadata().map_or(0, |facts| facts.len());
        }
    }
    Ok(bytes)
}

/// Formats a size in decimal units, such as `1.5 MB`.
#[must_use]
pub fn human_bytes(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let unit = units.into_iter().find(|(size, _)| bytes >= *size);
    unit.map_or_else(|| format!("{bytes} bytes"), |(size, unit)| format!("{:.1} {unit}", bytes as f64 / size as f64))
}
