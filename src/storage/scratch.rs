//! Work folders below `<data>/tmp`: sealed files only, gone when the work is, whatever ends it.

use std::fs::File;
use std::path::Path;
use std::path::PathBuf;

use rustix::fs::FlockOperation;
use rustix::fs::flock;

use crate::entropy;
use crate::entropy::Entropy;
use crate::error::Result;
use crate::storage::data_dir::DataDir;
use crate::storage::failure;
use crate::storage::files;

/// A work folder, locked as long as it is in use; dropped, it is removed with everything in it.
pub(crate) struct Scratch {
    path: PathBuf,
    _held: File,
}

impl Scratch {
    /// Makes a new folder `<what>-<random>`, and removes those that a killed process left.
    pub(crate) fn begin(data: &DataDir, what: &str, entropy: &dyn Entropy) -> Result<Self> {
        sweep(&data.tmp(), what)?;
        loop {
            let path = data.tmp().join(format!("{what}-{}", entropy::word(entropy)?));
            files::make_folder(&path)?;
            // Between the two steps another process may take the folder for one that was left.
            if let Some(held) = try_lock(&path)?
                && path.exists()
            {
                return Ok(Self { path, _held: held });
            }
        }
    }

    /// Returns the folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!("a work folder is left to the next run: {error:?}");
        }
    }
}

fn sweep(tmp: &Path, what: &str) -> Result<()> {
    let items = std::fs::read_dir(tmp).map_err(|error| failure::io("reading", tmp, error))?;
    for item in items {
        let item = item.map_err(|error| failure::io("reading", tmp, error))?;
        let of_this_kind = item.file_name().to_str().and_then(|name| name.strip_prefix(what)?.strip_prefix('-')).is_some();
        if of_this_kind && item.file_type().is_ok_and(|kind| kind.is_dir()) && let Some(_held) = try_lock(&item.path())? {
            match std::fs::remove_dir_all(item.path()) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(failure::io("removing", &item.path(), error));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Locks a folder, or returns `None` when another process holds it or it is gone.
fn try_lock(path: &Path) -> Result<Option<File>> {
    let folder = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|error| failure::io("opening", path, error))?,
    };
    match flock(&folder, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(folder)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(failure::io("locking", path, error.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn a_folder_that_was_left_goes_and_one_in_use_stays() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::new(folder.path());
        data.make().unwrap();
        let left = data.tmp().join("backup-LEFT");
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join("accounts.db"), "sealed").unwrap();
        let used = Scratch::begin(&data, "backup", &OsEntropy).unwrap();

        let another = Scratch::begin(&data, "backup", &OsEntropy).unwrap();

        assert!(!left.exists() && used.path().exists() && another.path().exists());
        let paths = [used.path().to_owned(), another.path().to_owned()];
        drop((used, another));
        assert!(paths.iter().all(|path| !path.exists()));
    }
}
