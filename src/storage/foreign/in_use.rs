//! Tells whether another process has an SQLite database open, by the locks that SQLite takes.

use std::fs::File;
use std::path::Path;

use rustix::process::Flock;
use rustix::process::FlockOffsetType;
use rustix::process::FlockType;

use crate::error::Error;
use crate::error::Result;
use crate::storage::failure;
use crate::storage::foreign::open::beside;

/// Refuses a database that another process has open.
///
/// With a write-ahead log every connection holds a shared lock on the database, and one on the log's index, for as long as
/// it is open; without one only while it reads or writes (sqlite.org/lockingv3.html, sqlite.org/walformat.html §2.3.1).
///
/// # Errors
/// `Conflict`.
pub(super) fn check(path: &Path) -> Result<()> {
    for file in [path.to_owned(), beside(path, "-shm")] {
        match File::open(&file) {
            Ok(file) if is_locked(&file) => return Err(refused(path)),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(failure::io("opening", &file, error)),
        }
    }
    Ok(())
}

/// The refusal of a database in use.
pub(super) fn refused(path: &Path) -> Error {
    Error::conflict(format!("{} is in use by another program", path.display()))
        .hint("stop the Python server first, then run the command again")
}

/// Tells whether another process holds any lock on any byte. A file system without locks says no.
fn is_locked(file: &File) -> bool {
    let whole = Flock { start: 0, length: 0, pid: None, typ: FlockType::WriteLock, offset_type: FlockOffsetType::Set };
    rustix::process::fcntl_getlk(file, &whole).is_ok_and(|held| held.is_some())
}
