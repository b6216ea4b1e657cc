//! Whether there is room for a backup, found out before it begins.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::error::Error;
use crate::error::Result;
use crate::model::backup;
use crate::model::id::NotebookId;
use crate::storage::data_dir::DataDir;
use crate::storage::data_dir::database_bytes;
use crate::storage::failure;
use crate::storage::files;

/// What headers, manifest and description take, by a wide margin; a file system rounds up besides.
const MARGIN: u64 = 4 * 1024 * 1024;

/// What a backup takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    /// Bytes of all databases with their logs.
    pub(super) databases: u64,
    /// Bytes of the originals that the folder does not have.
    pub(super) originals: u64,
}

impl Need {
    /// Looks at the data directory, and at what the folder of backups has.
    pub(super) fn of(data: &DataDir, notebooks: &[NotebookId], folder: &Path) -> Result<Self> {
        let mut need = Self { databases: database_bytes(&data.accounts()), originals: 0 };
        for &id in notebooks {
            need.databases += database_bytes(&data.notebook_database(id));
            need.originals += originals(&data.media(id), &folder.join(backup::MEDIA).join(id.to_string()))?;
        }
        Ok(need)
    }

    /// Refuses to begin what would not come to an end; tells whether the folder is on the data directory's own disk.
    ///
    /// # Errors
    /// `Conflict` with what is needed, what is free, and where.
    pub(super) fn check(self, data: &DataDir, folder: &Path, derived: bool) -> Result<bool> {
        // What is packed is written a second time.
        let work = self.databases * if derived { 1 } else { 2 };
        let archive = self.databases + self.originals + MARGIN;
        let same = disk(data.root())? == disk(folder)?;
        if same {
            enough(folder, work + archive)?;
        } else {
            enough(&data.tmp(), work)?;
            enough(folder, archive)?;
        }
        Ok(same)
    }
}

fn enough(place: &Path, needed: u64) -> Result<()> {
    let free = files::free_bytes(place)?;
    if free >= needed {
        return Ok(());
    }
    let (needed, free) = (shown(needed), shown(free));
    Err(Error::conflict(format!(
        "there is not enough room in {}: {needed} are needed, {free} are free",
        place.display()
    ))
    .hint("free some space, remove old backups with `journal backup prune`, or name a folder on another disk"))
}

fn disk(path: &Path) -> Result<u64> {
    std::fs::metadata(path).map(|facts| facts.dev()).map_err(|error| failure::io("opening", path, error))
}

fn originals(source: &Path, target: &Path) -> Result<u64> {
    let items = match std::fs::read_dir(source) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        other => other.map_err(|error| failure::io("reading", source, error))?,
    };
    let mut bytes = 0;
    for item in items {
        let item = item.map_err(|error| failure::io("reading", source, error))?;
        if item.path().extension().is_some_and(|ending| ending == "age") && !target.join(item.file_name()).exists() {
            // What is deleted meanwhile is not copied.
            bytes += item.metadata().map_or(0, |facts| facts.len());
        }
    }
    Ok(bytes)
}

/// Writes a size for people, in powers of ten.
#[must_use]
pub fn shown(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let unit = units.into_iter().find(|(size, _)| bytes >= *size);
    unit.map_or_else(|| format!("{bytes} bytes"), |(size, unit)| format!("{:.1} {unit}", bytes as f64 / size as f64))
}
