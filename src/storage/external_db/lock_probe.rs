//! Detects whether another process has a SQLite database open, by the locks that SQLite takes.

use std::fs::File;
use std::path::Path;

use rustix::process::{Flock, FlockOffsetType, FlockType};

use crate::error::{Error, Result};
use crate::storage::external_db::open::side_file;
use crate::storage::io_error;

/// Rejects a database that another process has open.
///
/// In WAL mode every connection holds shared locks on the database and the WAL index while it is open; otherwise only
/// during a read or write (sqlite.org/lockingv3.html, sqlite.org/walformat.html §2.3.1).
///
/// # Errors
/// `Conflict`.
pub(super) fn check_not_in_use(path: &Path) -> Result<()> {
    for file in [path.to_owned(), side_file(path, "-shm")] {
        match File::open(&file) {
            Ok(file) if is_locked(&file) => return Err(in_use_error(path)),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(io_error::for_path("opening", &file, error)),
        }
    }
    Ok(())
}

/// Builds the error for a database in use.
pub(super) fn in_use_error(path: &Path) -> Error {
    Error::conflict(format!("{} is in use by another program", path.display()))
        .hint("stop the Python server first, then run the command again")
}

/// Returns true if another process holds a lock on any byte; false on a file system without locks.
fn is_locked(file: &File) -> bool {
    let whole = Flock { start: 0, length: 0, pid: None, typ: FlockType::WriteLock, offset_type: FlockOffsetType::Set };
    rustix::process::fcntl_getlk(file, &whole).is_ok_and(|held| held.is_some())
}
