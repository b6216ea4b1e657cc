//! Maps I/O and SQLite failures to errors with a hint.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::error::{Error, ErrorKind};

/// Builds the error for a failed operation on a path; `doing` is the operation as a gerund.
pub(crate) fn for_path(doing: &str, path: &Path, error: io::Error) -> Error {
    let shown = path.display();
    let (kind, why, hint) = match error.kind() {
        io::ErrorKind::NotFound => (ErrorKind::NotFound, "no such file or folder", "check the path"),
        io::ErrorKind::PermissionDenied => (ErrorKind::Conflict, "permission denied", "check its owner and mode"),
        io::ErrorKind::ReadOnlyFilesystem => (ErrorKind::Conflict, "the file system is read-only", "mount it writable"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (
            ErrorKind::Conflict,
            "the disk is full",
            "free some space and run the command again; nothing stored was lost",
        ),
        io::ErrorKind::AlreadyExists => {
            (ErrorKind::Conflict, "it already exists", "move it away, or choose another path")
        }
        io::ErrorKind::NotADirectory => (ErrorKind::Conflict, "a part of the path is not a folder", "check the path"),
        _ => (ErrorKind::Conflict, "the operation failed", "run the command again with -v for details"),
    };
    Error::new(kind, format!("{doing} {shown}: {why}")).hint(hint).caused_by(error)
}

/// Extended result code of a WAL index that could not be enlarged (sqlite.org/rescode.html).
const SQLITE_IOERR_SHMSIZE: i32 = 4874;

/// Maps a SQLite failure to an error for the user; `None` for one that only a defect explains.
fn from_sqlite(error: &rusqlite::Error) -> Option<Error> {
    let code = match error.sqlite_error() {
        // The WAL index is a file in the data directory, so it cannot grow if the disk is full.
        Some(failure) if failure.extended_code == SQLITE_IOERR_SHMSIZE => Some(ErrorCode::DiskFull),
        _ => error.sqlite_error_code(),
    };
    let (kind, message, hint) = match code? {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            (ErrorKind::Limited, "another process is writing to this journal", "run the command again in a moment")
        }
        ErrorCode::DiskFull => (
            ErrorKind::Conflict,
            "the disk is full",
            "free some space and run the command again; nothing stored was lost",
        ),
        ErrorCode::ReadOnly => {
            (ErrorKind::Conflict, "the data directory is read-only", "make it writable for its owner")
        }
        ErrorCode::CannotOpen => (
            ErrorKind::Conflict,
            "a database file cannot be opened",
            "check that it exists and that the data directory is writable for its owner",
        ),
        ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => (
            ErrorKind::Conflict,
            "a database file is damaged, or belongs to another keyring",
            "find it with `journal doctor` and restore it from a backup",
        ),
        ErrorCode::SystemIoFailure => (
            ErrorKind::Conflict,
            "a database file could not be read or written",
            "check the disk's health and free space; `journal doctor` checks every file",
        ),
        _ => return None,
    };
    Some(Error::new(kind, message).hint(hint))
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match from_sqlite(&error) {
            Some(described) => described.caused_by(error),
            None => Self::internal("a database statement failed", error),
        }
    }
}

impl From<refinery::Error> for Error {
    fn from(error: refinery::Error) -> Self {
        let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref());
        match cause.and_then(from_sqlite) {
            Some(described) => described.caused_by(error),
            None => Self::internal("migrating a database schema", error),
        }
    }
}
