//! Private files and folders: modes 0600 and 0700, permission checks, atomic replacement and file locks.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{FlockOperation, OFlags};

use crate::error::{Error, ErrorKind, Result};
use crate::storage::io_error;

/// Creates a folder and its missing parents with mode 0700.
pub(crate) fn create_private_dir(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| io_error::for_path("creating", path, error))
}

/// Rejects a folder accessible to group or others, or owned by another user.
///
/// # Errors
/// `Conflict` with the command that fixes it; `NotFound` if absent.
pub(crate) fn check_private_dir(path: &Path) -> Result<()> {
    let facts = std::fs::symlink_metadata(path).map_err(|error| io_error::for_path("opening", path, error))?;
    if !facts.is_dir() {
        return Err(Error::conflict(format!("{} is not a folder", path.display()))
            .hint("move it away, or choose another folder"));
    }
    check_owner_and_mode(path, facts.uid(), facts.mode(), 0o700)
}

/// Rejects a file that is accessible to group or others, owned by another user, or not a regular file.
pub(crate) fn check_private_file(path: &Path) -> Result<()> {
    let facts = std::fs::symlink_metadata(path).map_err(|error| io_error::for_path("opening", path, error))?;
    if !facts.is_file() {
        return Err(Error::conflict(format!("{} is not a regular file", path.display()))
            .hint("replace it by the file itself, not a link"));
    }
    check_owner_and_mode(path, facts.uid(), facts.mode(), 0o600)
}

/// Applies [`check_private_dir`] or [`check_private_file`].
pub(crate) fn check_private(path: &Path, folder: bool) -> Result<()> {
    if folder { check_private_dir(path) } else { check_private_file(path) }
}

/// Removes the permissions of group and others from a path.
pub(crate) fn remove_group_and_other_access(path: &Path) -> Result<()> {
    let facts = std::fs::symlink_metadata(path).map_err(|error| io_error::for_path("opening", path, error))?;
    let mode = if facts.is_dir() { 0o700 } else { 0o600 };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
        .map_err(|error| io_error::for_path("changing the mode of", path, error))
}

fn check_owner_and_mode(path: &Path, owner: u32, mode: u32, wanted: u32) -> Result<()> {
    let us = rustix::process::geteuid().as_raw();
    if owner != us {
        return Err(Error::conflict(format!("{} belongs to another user of this machine", path.display()))
            .hint(format!("run as its owner, or `chown {us} {}`", path.display())));
    }
    if mode & 0o077 != 0 {
        let shown = path.display();
        return Err(Error::conflict(format!("{shown} is open to others (mode {:03o})", mode & 0o777))
            .hint(format!("`chmod {wanted:o} {shown}`, or `journal doctor --fix` for all files")));
    }
    Ok(())
}

/// Reads a small private file; checks the opened file, not its path, so that no swap can happen in between.
///
/// # Errors
/// `NotFound`; `Conflict` for a symbolic link, another owner, a loose mode or a parent folder that others may write
/// to.
pub(crate) fn read_private(path: &Path) -> Result<zeroize::Zeroizing<String>> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent_mode = std::fs::metadata(parent).map_err(|error| io_error::for_path("opening", parent, error))?.mode();
    // In a sticky folder such as /tmp, only the owner of a file can replace it.
    if parent_mode & 0o022 != 0 && parent_mode & 0o1000 == 0 {
        let shown = parent.display();
        return Err(
            Error::conflict(format!("others may replace files in {shown}")).hint(format!("`chmod go-w {shown}`"))
        );
    }
    let mut file =
        OpenOptions::new().read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path).map_err(
            |error| {
                if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
                    Error::conflict(format!("{} is a symbolic link", path.display()))
                        .hint("replace it by the file itself, not a link")
                } else {
                    io_error::for_path("opening", path, error)
                }
            },
        )?;
    let facts = file.metadata().map_err(|error| io_error::for_path("reading", path, error))?;
    if !facts.is_file() {
        return Err(
            Error::conflict(format!("{} is not a regular file", path.display())).hint("replace it by a regular file")
        );
    }
    check_owner_and_mode(path, facts.uid(), facts.mode(), 0o600)?;
    let mut text = zeroize::Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(|error| io_error::for_path("reading", path, error))?;
    Ok(text)
}

/// Writes a file with mode 0600 by atomic rename: a crash leaves the old or the new content. Durable on return.
pub(crate) fn write_atomic(path: &Path, content: &[u8]) -> Result<()> {
    let temporary = temporary_path(path)?;
    let _ = std::fs::remove_file(&temporary);
    let written = write_new(&temporary, content);
    let placed = written
        .and_then(|()| std::fs::rename(&temporary, path).map_err(|error| io_error::for_path("replacing", path, error)));
    if placed.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    placed?;
    sync_parent(path)
}

/// Renames a file without replacing an existing one. Durable on return.
///
/// # Errors
/// `Conflict` if the target exists.
pub(crate) fn rename_no_replace(temporary: &Path, path: &Path) -> Result<()> {
    use rustix::fs::CWD;
    use rustix::io::Errno;

    let failed = |error: std::io::Error| io_error::for_path("renaming to", path, error);
    match rustix::fs::renameat_with(CWD, temporary, CWD, path, rustix::fs::RenameFlags::NOREPLACE) {
        Ok(()) => {}
        // Some network file systems do not support NOREPLACE.
        Err(Errno::INVAL | Errno::NOSYS) if !path.exists() => std::fs::rename(temporary, path).map_err(failed)?,
        Err(Errno::INVAL | Errno::NOSYS) => return Err(failed(std::io::ErrorKind::AlreadyExists.into())),
        Err(error) => return Err(failed(error.into())),
    }
    sync_parent(path)
}

/// Syncs the folder that contains a path.
pub(crate) fn sync_parent(path: &Path) -> Result<()> {
    let Some(parent) = path.parent() else { return Ok(()) };
    sync_dir(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
}

/// Returns the free bytes on the disk of a path.
pub(crate) fn free_bytes(path: &Path) -> Result<u64> {
    let facts = rustix::fs::statvfs(path).map_err(|error| io_error::for_path("opening", path, error.into()))?;
    Ok(facts.f_bavail * facts.f_frsize)
}

/// Removes a file; a missing one is no error.
pub(crate) fn remove_if_exists(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io_error::for_path("removing", path, error)),
        _ => Ok(()),
    }
}

/// Renames a file over an existing one; durable once the folder is synced.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(|error| io_error::for_path("renaming to", to, error))
}

/// Syncs the names in a folder.
pub(crate) fn sync_dir(path: &Path) -> Result<()> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| io_error::for_path("syncing", path, error))
}

/// Waits for an exclusive lock on an existing file or folder; held until dropped.
pub(crate) fn lock_existing_exclusive(path: &Path) -> Result<File> {
    let file = File::open(path).map_err(|error| io_error::for_path("opening", path, error))?;
    flock_exclusive(&file, path)?;
    Ok(file)
}

/// Waits for an exclusive lock on a private file, creating it if absent; held until dropped.
pub(crate) fn lock_exclusive(path: &Path) -> Result<File> {
    let file = open_lock_file(path)?;
    flock_exclusive(&file, path)?;
    Ok(file)
}

/// Takes an exclusive lock; `None` while another process holds the lock.
pub(crate) fn try_lock_exclusive(path: &Path) -> Result<Option<File>> {
    let file = open_lock_file(path)?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(io_error::for_path("locking", path, error.into())),
    }
}

/// Takes a shared lock; `None` while another process holds it exclusively.
pub(crate) fn try_lock_shared(path: &Path) -> Result<Option<File>> {
    let file = open_lock_file(path)?;
    let shared = downgrade_to_shared(&file, path)?;
    Ok(shared.then_some(file))
}

/// Converts a held exclusive lock to a shared one; false if another process took it exclusively in between.
pub(crate) fn downgrade_to_shared(file: &File, path: &Path) -> Result<bool> {
    match rustix::fs::flock(file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(io_error::for_path("locking", path, error.into())),
    }
}

fn flock_exclusive(file: &File, path: &Path) -> Result<()> {
    rustix::fs::flock(file, FlockOperation::LockExclusive)
        .map_err(|error| io_error::for_path("locking", path, error.into()))
}

fn open_lock_file(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| io_error::for_path("opening", path, error))
}

/// Creates a private file; an existing one is an error.
pub(crate) fn create_new(path: &Path) -> Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| io_error::for_path("creating", path, error))
}

/// Creates a private file with durable content and removes it on failure. An existing one is an error.
pub(crate) fn write_new(path: &Path, content: &[u8]) -> Result<()> {
    let mut file = create_new(path)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(|error| {
        let _ = std::fs::remove_file(path);
        io_error::for_path("writing", path, error)
    })
}

fn temporary_path(path: &Path) -> Result<std::path::PathBuf> {
    let Some(name) = path.file_name() else {
        return Err(Error::new(ErrorKind::Internal, "a file without a name"));
    };
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(".new");
    Ok(path.with_file_name(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn atomic_write_is_private_and_leaves_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keyring.json");

        write_atomic(&path, b"one").unwrap();
        write_atomic(&path, b"two").unwrap();

        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn read_private_refuses_symlink_loose_mode_and_shared_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        write_atomic(&path, b"secret").unwrap();
        assert_eq!(read_private(&path).unwrap().as_str(), "secret");

        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(read_private(&link).unwrap_err().kind(), ErrorKind::Conflict);

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let loose = read_private(&path).unwrap_err();
        assert!(loose.hint_text().unwrap().contains("chmod 600"), "{loose:?}");

        remove_group_and_other_access(&path).unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        assert_eq!(read_private(&path).unwrap_err().kind(), ErrorKind::Conflict);
    }
}
