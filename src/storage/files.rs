//! Private files and folders: made 0600 and 0700, refused when looser, replaced in one step.

use std::fs::DirBuilder;
use std::fs::File;
use std::fs::OpenOptions;
use std::io::Read;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::fs::FlockOperation;
use rustix::fs::OFlags;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::storage::failure;

/// Makes a folder, and the missing ones above it, with mode 0700.
pub(crate) fn make_folder(path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| failure::io("making", path, error))
}

/// Refuses a folder that others may enter, or that another user owns.
///
/// # Errors
/// `Conflict` with the command that mends it; `NotFound` when there is none.
pub(crate) fn check_folder(path: &Path) -> Result<()> {
    let facts = std::fs::symlink_metadata(path).map_err(|error| failure::io("opening", path, error))?;
    if !facts.is_dir() {
        return Err(
            Error::conflict(format!("{} is not a folder", path.display())).hint("move it away, or name another folder")
        );
    }
    check_owner_and_mode(path, facts.uid(), facts.mode(), 0o700)
}

/// Refuses a file that others may read or write, another user owns, or that is no plain file.
pub(crate) fn check_file(path: &Path) -> Result<()> {
    let facts = std::fs::symlink_metadata(path).map_err(|error| failure::io("opening", path, error))?;
    if !facts.is_file() {
        return Err(Error::conflict(format!("{} is not a plain file", path.display()))
            .hint("put the file itself there, not a link"));
    }
    check_owner_and_mode(path, facts.uid(), facts.mode(), 0o600)
}

/// Refuses a folder or file as [`check_folder`] and [`check_file`] do.
pub(crate) fn check(path: &Path, folder: bool) -> Result<()> {
    if folder { check_folder(path) } else { check_file(path) }
}

/// Takes group and others out of a path's mode.
pub(crate) fn tighten(path: &Path) -> Result<()> {
    let facts = std::fs::symlink_metadata(path).map_err(|error| failure::io("opening", path, error))?;
    let mode = if facts.is_dir() { 0o700 } else { 0o600 };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
        .map_err(|error| failure::io("changing the mode of", path, error))
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
            .hint(format!("`chmod {wanted:o} {shown}`, or `journal doctor --fix` for everything at once")));
    }
    Ok(())
}

/// Reads a small private file, checking the file that was opened and not the name it had a moment before.
///
/// # Errors
/// `NotFound`; `Conflict` for a link, another owner, a loose mode or a parent folder that others may write to.
pub(crate) fn read_private(path: &Path) -> Result<zeroize::Zeroizing<String>> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent_mode = std::fs::metadata(parent).map_err(|error| failure::io("opening", parent, error))?.mode();
    // A sticky folder such as /tmp lets nobody replace another user's file.
    if parent_mode & 0o022 != 0 && parent_mode & 0o1000 == 0 {
        let shown = parent.display();
        return Err(
            Error::conflict(format!("others may replace files in {shown}")).hint(format!("`chmod go-w {shown}`"))
        );
    }
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
        .open(path)
        .map_err(|error| {
            if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
                Error::conflict(format!("{} is a link", path.display())).hint("put the file itself there, not a link")
            } else {
                failure::io("opening", path, error)
            }
        })?;
    let facts = file.metadata().map_err(|error| failure::io("reading", path, error))?;
    if !facts.is_file() {
        return Err(Error::conflict(format!("{} is not a plain file", path.display())).hint("put a plain file there"));
    }
    check_owner_and_mode(path, facts.uid(), facts.mode(), 0o600)?;
    let mut text = zeroize::Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(|error| failure::io("reading", path, error))?;
    Ok(text)
}

/// Writes a file with mode 0600 so that a crash leaves either the old content or the new, durable before it returns.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<()> {
    let temporary = temporary_name(path)?;
    let _ = std::fs::remove_file(&temporary);
    let written = write_new(&temporary, content);
    let placed =
        written.and_then(|()| std::fs::rename(&temporary, path).map_err(|error| failure::io("replacing", path, error)));
    if placed.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    placed?;
    sync_parent(path)
}

/// Gives a file its name, durable before this returns; what has the name already stays.
///
/// # Errors
/// `Conflict` when something has the name already.
pub(crate) fn place_new(temporary: &Path, path: &Path) -> Result<()> {
    use rustix::fs::CWD;
    use rustix::io::Errno;

    let failed = |error: std::io::Error| failure::io("placing", path, error);
    match rustix::fs::renameat_with(CWD, temporary, CWD, path, rustix::fs::RenameFlags::NOREPLACE) {
        Ok(()) => {}
        // Some network file systems cannot tell.
        Err(Errno::INVAL | Errno::NOSYS) if !path.exists() => std::fs::rename(temporary, path).map_err(failed)?,
        Err(Errno::INVAL | Errno::NOSYS) => return Err(failed(std::io::ErrorKind::AlreadyExists.into())),
        Err(error) => return Err(failed(error.into())),
    }
    sync_parent(path)
}

/// Makes the names in a file's folder durable.
pub(crate) fn sync_parent(path: &Path) -> Result<()> {
    let Some(parent) = path.parent() else { return Ok(()) };
    sync_folder(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
}

/// Returns the bytes that are free on the disk of a file or folder.
pub(crate) fn free_bytes(path: &Path) -> Result<u64> {
    let facts = rustix::fs::statvfs(path).map_err(|error| failure::io("opening", path, error.into()))?;
    Ok(facts.f_bavail * facts.f_frsize)
}

/// Removes a file; a missing one is fine.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failure::io("removing", path, error)),
        _ => Ok(()),
    }
}

/// Gives a file its name, in the place of what has it; durable once the folder is synced.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(|error| failure::io("naming", to, error))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| failure::io("syncing", path, error))
}

/// Waits for an exclusive lock on a file or folder that is there; held until dropped.
pub(crate) fn lock_existing(path: &Path) -> Result<File> {
    let file = File::open(path).map_err(|error| failure::io("opening", path, error))?;
    wait_for(&file, path)?;
    Ok(file)
}

/// Waits for an exclusive lock on a private file, which is made if need be; held until dropped.
pub(crate) fn lock(path: &Path) -> Result<File> {
    let file = open_lock(path)?;
    wait_for(&file, path)?;
    Ok(file)
}

/// Takes the lock, or returns `None` while another process holds it.
pub(crate) fn try_lock(path: &Path) -> Result<Option<File>> {
    let file = open_lock(path)?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(failure::io("locking", path, error.into())),
    }
}

/// Takes part in a lock, or returns `None` while another process holds it alone.
pub(crate) fn try_share(path: &Path) -> Result<Option<File>> {
    let file = open_lock(path)?;
    let shared = share(&file, path)?;
    Ok(shared.then_some(file))
}

/// Takes part in a lock from now on that was held alone; false when another process was faster to take it alone.
pub(crate) fn share(file: &File, path: &Path) -> Result<bool> {
    match rustix::fs::flock(file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(failure::io("locking", path, error.into())),
    }
}

fn wait_for(file: &File, path: &Path) -> Result<()> {
    rustix::fs::flock(file, FlockOperation::LockExclusive).map_err(|error| failure::io("locking", path, error.into()))
}

fn open_lock(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| failure::io("opening", path, error))
}

/// Opens a new private file; an existing one is an error.
pub(crate) fn create_new(path: &Path) -> Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| failure::io("making", path, error))
}

/// Writes a new private file, its content durable; where that goes wrong, nothing is left of it. An existing one is an error.
pub(crate) fn write_new(path: &Path, content: &[u8]) -> Result<()> {
    let mut file = create_new(path)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(|error| {
        let _ = std::fs::remove_file(path);
        failure::io("writing", path, error)
    })
}

fn temporary_name(path: &Path) -> Result<std::path::PathBuf> {
    let Some(name) = path.file_name() else {
        return Err(Error::new(Kind::Internal, "a file without a name"));
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
    fn a_replaced_file_is_private_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keyring.json");

        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();

        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_secret_is_not_read_through_a_link_a_loose_mode_or_a_shared_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        replace(&path, b"secret").unwrap();
        assert_eq!(read_private(&path).unwrap().as_str(), "secret");

        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(read_private(&link).unwrap_err().kind(), Kind::Conflict);

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let loose = read_private(&path).unwrap_err();
        assert!(loose.next_step().unwrap().contains("chmod 600"), "{loose:?}");

        tighten(&path).unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        assert_eq!(read_private(&path).unwrap_err().kind(), Kind::Conflict);
    }
}
