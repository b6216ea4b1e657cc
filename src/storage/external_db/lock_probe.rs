//! Detects whether another process has a SQLite database open, by the locks that SQLite takes.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};

use rustix::process::{Flock, FlockOffsetType, FlockType};

use crate::error::Result;
use crate::storage::external_db::error::in_use_error;
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

/// Returns true if another process holds a lock on any byte; false on a file system without locks.
fn is_locked(file: &File) -> bool {
    let whole = Flock { start: 0, length: 0, pid: None, typ: FlockType::WriteLock, offset_type: FlockOffsetType::Set };
    rustix::process::fcntl_getlk(file, &whole).is_ok_and(|held| held.is_some())
}

/// Returns the path of a file that SQLite keeps next to a database.
pub(super) fn side_file(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}
