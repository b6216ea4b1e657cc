//! Work folders that go away: private, locked by who works in them, and swept after one that was killed.

use std::fs::DirBuilder;
use std::fs::File;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::path::PathBuf;

use rustix::fs::FlockOperation;
use rustix::fs::flock;

use crate::entropy;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::storage::failure;
use crate::storage::files;

/// A folder that is removed with everything in it when it is dropped.
pub(crate) struct Scratch {
    path: PathBuf,
    /// Locked as long as somebody works here, so that nobody takes it for a leftover.
    _held: File,
    kept: bool,
}

impl Scratch {
    /// Makes `<prefix><random>` in a folder, after removing what killed runs left there under the same prefix.
    ///
    /// # Errors
    /// As the system says why not.
    pub(crate) fn new(parent: &Path, prefix: &str, entropy: &dyn Entropy) -> Result<Self> {
        sweep(parent, prefix)?;
        loop {
            let path = parent.join(format!("{prefix}{}", entropy::word(entropy)?.to_ascii_lowercase()));
            DirBuilder::new().mode(0o700).create(&path).map_err(|error| failure::io("making", &path, error))?;
            let held = files::lock_existing(&path);
            // Somebody who swept may have been faster than the lock; then there is nothing left of it.
            match held {
                Ok(held) if is_at(&held, &path) => return Ok(Self { path, _held: held, kept: false }),
                Err(error) if error.kind() != Kind::NotFound => return Err(error),
                _ => {}
            }
        }
    }

    /// Returns where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the folder a name under which it stays, durable once this returns. An empty folder of that name is replaced.
    ///
    /// # Errors
    /// `Conflict` when it cannot get that name; then it is still removed.
    pub(crate) fn become_folder(mut self, name: &Path) -> Result<()> {
        std::fs::rename(&self.path, name).map_err(|error| unplaced(name, error))?;
        self.kept = true;
        files::sync_parent(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!("a work folder is left to the next sweep: {error}");
        }
    }
}

/// Makes everything below a folder, names included, durable.
pub(crate) fn sync_all(folder: &Path) -> Result<()> {
    for item in walkdir::WalkDir::new(folder).follow_links(false).contents_first(true) {
        let item = item.map_err(|error| Error::internal("reading a work folder", error))?;
        if item.file_type().is_dir() || item.file_type().is_file() {
            File::open(item.path())
                .and_then(|file| file.sync_all())
                .map_err(|error| failure::io("syncing", item.path(), error))?;
        }
    }
    Ok(())
}

/// Removes the folders of runs that were killed; what somebody works in, or another user owns, stays.
fn sweep(parent: &Path, prefix: &str) -> Result<()> {
    let items = std::fs::read_dir(parent).map_err(|error| failure::io("reading", parent, error))?;
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
            tracing::warn!("a work folder of a killed run could not be removed: {error}");
        }
    }
    Ok(())
}

fn is_at(folder: &File, path: &Path) -> bool {
    match (folder.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

fn unplaced(name: &Path, error: std::io::Error) -> Error {
    use std::io::ErrorKind;

    let shown = name.display();
    match error.kind() {
        ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => {
            Error::conflict(format!("{shown} is a mount point, which no folder can take the place of"))
                .hint("name a folder below it with --data-dir, or mount it elsewhere until this is done")
                .caused_by(error)
        }
        ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            Error::conflict(format!("{shown} was filled by somebody else meanwhile"))
                .hint("look at what is there, and name an empty or a new folder with --data-dir")
                .caused_by(error)
        }
        _ => failure::io("placing", name, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn what_a_killed_run_left_goes_and_what_is_worked_in_stays() {
        let parent = tempfile::tempdir().unwrap();
        let left = parent.path().join(".work-left");
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join("file"), b"sealed").unwrap();
        std::fs::create_dir(parent.path().join(".other")).unwrap();

        let first = Scratch::new(parent.path(), ".work-", &OsEntropy).unwrap();
        let second = Scratch::new(parent.path(), ".work-", &OsEntropy).unwrap();

        assert!(!left.exists() && first.path().exists() && second.path().exists());
        drop((first, second));
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 1, "only what is not ours");
    }

    #[test]
    fn a_folder_takes_the_place_of_an_empty_one_and_of_no_other() {
        let parent = tempfile::tempdir().unwrap();
        let (empty, full) = (parent.path().join("empty"), parent.path().join("full"));
        std::fs::create_dir_all(&empty).unwrap();
        std::fs::create_dir_all(full.join("kept")).unwrap();
        let scratch = || Scratch::new(parent.path(), ".work-", &OsEntropy).unwrap();
        let one = scratch();
        std::fs::write(one.path().join("file"), b"1").unwrap();

        one.become_folder(&empty).unwrap();
        let refused = scratch().become_folder(&full).unwrap_err();

        assert_eq!(std::fs::read(empty.join("file")).unwrap(), b"1");
        assert_eq!(refused.kind(), Kind::Conflict);
        assert!(full.join("kept").exists());
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 2);
    }
}
