//! Temporary work folders: private, locked while in use, removed on drop or by the next run after a crash.

use std::fs::{DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use crate::entropy::{self, Entropy};
use crate::error::{Error, ErrorKind, Result};
use crate::storage::{files, io_error};

/// Work folder, removed with its contents on drop.
pub(crate) struct WorkDir {
    path: PathBuf,
    /// Lock that protects the folder from cleanup by other processes.
    _lock: File,
    is_persisted: bool,
}

impl WorkDir {
    /// Creates `<parent>/<prefix><random>` after removing abandoned folders with the same prefix.
    ///
    pub(crate) fn new(parent: &Path, prefix: &str, entropy: &dyn Entropy) -> Result<Self> {
        remove_abandoned(parent, prefix)?;
        loop {
            let path = parent.join(format!("{prefix}{}", entropy::random_base32(entropy)?.to_ascii_lowercase()));
            DirBuilder::new().mode(0o700).create(&path).map_err(|error| io_error::for_path("making", &path, error))?;
            let held = files::lock_existing_exclusive(&path);
            // Another process may have removed the folder before it was locked; then try again.
            match held {
                Ok(held) if is_same_inode(&held, &path) => return Ok(Self { path, _lock: held, is_persisted: false }),
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }

    /// Returns the path of the folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Renames the folder to a permanent name, durable on return. An empty folder of that name is replaced.
    ///
    /// # Errors
    /// `Conflict` if the rename fails; the folder is removed then.
    pub(crate) fn persist_as(mut self, name: &Path) -> Result<()> {
        std::fs::rename(&self.path, name).map_err(|error| rename_error(name, error))?;
        self.is_persisted = true;
        files::sync_parent(name)
    }
}

impl Drop for WorkDir {
    fn drop(&mut self) {
        if self.is_persisted {
            return;
        }
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!("a work folder could not be removed and is left to the next cleanup: {error}");
        }
    }
}

/// Syncs every file and folder below a folder.
pub(crate) fn sync_tree(folder: &Path) -> Result<()> {
    for item in walkdir::WalkDir::new(folder).follow_links(false).contents_first(true) {
        let item = item.map_err(|error| Error::internal("reading a work folder", error))?;
        if item.file_type().is_dir() || item.file_type().is_file() {
            File::open(item.path())
                .and_then(|file| file.sync_all())
                .map_err(|error| io_error::for_path("syncing", item.path(), error))?;
        }
    }
    Ok(())
}

/// Removes unlocked folders of this user, left by killed runs.
fn remove_abandoned(parent: &Path, prefix: &str) -> Result<()> {
    let items = std::fs::read_dir(parent).map_err(|error| io_error::for_path("reading", parent, error))?;
    let us = rustix::process::geteuid().as_raw();
    for item in items.flatten() {
        let ours = item.file_name().to_str().is_some_and(|name| name.starts_with(prefix))
            && item.metadata().is_ok_and(|facts| facts.is_dir() && facts.uid() == us);
        if !ours {
            continue;
        }
        let path = item.path();
        let Ok(folder) = File::open(&path) else { continue };
        if flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok()
            && let Err(error) = std::fs::remove_dir_all(&path)
        {
            tracing::warn!("an abandoned work folder could not be removed: {error}");
        }
    }
    Ok(())
}

fn is_same_inode(folder: &File, path: &Path) -> bool {
    match (folder.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

fn rename_error(name: &Path, error: std::io::Error) -> Error {
    use std::io::ErrorKind;

    let shown = name.display();
    match error.kind() {
        ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => {
            Error::conflict(format!("{shown} is a mount point and cannot be replaced by a folder"))
                .hint("choose a folder below it with --data-dir, or unmount it for this command")
                .caused_by(error)
        }
        ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            Error::conflict(format!("{shown} was changed by another process in the meantime"))
                .hint("check its contents, and choose an empty or a new folder with --data-dir")
                .caused_by(error)
        }
        _ => io_error::for_path("renaming to", name, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn abandoned_folder_is_removed_and_locked_ones_stay() {
        let parent = tempfile::tempdir().unwrap();
        let left = parent.path().join(".work-left");
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join("file"), b"sealed").unwrap();
        std::fs::create_dir(parent.path().join(".other")).unwrap();

        let first = WorkDir::new(parent.path(), ".work-", &OsEntropy).unwrap();
        let second = WorkDir::new(parent.path(), ".work-", &OsEntropy).unwrap();

        assert!(!left.exists() && first.path().exists() && second.path().exists());
        drop((first, second));
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 1, "only the folder with another prefix");
    }

    #[test]
    fn persisting_replaces_an_empty_folder_only() {
        let parent = tempfile::tempdir().unwrap();
        let (empty, full) = (parent.path().join("empty"), parent.path().join("full"));
        std::fs::create_dir_all(&empty).unwrap();
        std::fs::create_dir_all(full.join("kept")).unwrap();
        let scratch = || WorkDir::new(parent.path(), ".work-", &OsEntropy).unwrap();
        let one = scratch();
        std::fs::write(one.path().join("file"), b"1").unwrap();

        one.persist_as(&empty).unwrap();
        let refused = scratch().persist_as(&full).unwrap_err();

        assert_eq!(std::fs::read(empty.join("file")).unwrap(), b"1");
        assert_eq!(refused.kind(), ErrorKind::Conflict);
        assert!(full.join("kept").exists());
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 2);
    }
}
