//! Turns what the disk and the database say into sentences.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::error::Error;
use crate::error::Kind;

/// Says what could not be done to a path and what to do about it.
pub(crate) fn io(doing: &str, path: &Path, error: io::Error) -> Error {
    let shown = path.display();
    let (kind, why, hint) = match error.kind() {
        io::ErrorKind::NotFound => (Kind::NotFound, "there is no such file or folder", "check the path"),
        io::ErrorKind::PermissionDenied => (Kind::Conflict, "permission denied", "check who owns it and its mode"),
        io::ErrorKind::ReadOnlyFilesystem => (Kind::Conflict, "the file system is read-only", "mount it writable"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (Kind::Conflict, "the disk is full", "free some space and run the command again; nothing stored was lost")
        }
        io::ErrorKind::AlreadyExists => (Kind::Conflict, "it is already there", "move it away, or name another place"),
        io::ErrorKind::NotADirectory => (Kind::Conflict, "a part of the path is not a folder", "check the path"),
        _ => (Kind::Conflict, "the system refused", "run the command again; with -v it says more"),
    };
    Error::new(kind, format!("{doing} {shown}: {why}")).hint(hint).caused_by(error)
}

/// Extended result code of a WAL index that could not be enlarged (sqlite.org/rescode.html).
const SQLITE_IOERR_SHMSIZE: i32 = 4874;

/// Says what a failure of SQLite means for a person; `None` for one that only a defect explains.
fn told(error: &rusqlite::Error) -> Option<Error> {
    let code = match error.sqlite_error() {
        // The WAL's index could not grow: a file in the data directory too, so the disk is full.
        Some(failure) if failure.extended_code == SQLITE_IOERR_SHMSIZE => Some(ErrorCode::DiskFull),
        _ => error.sqlite_error_code(),
    };
    let (kind, message, hint) = match code? {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            (Kind::Limited, "another process is writing to this journal", "run the command again in a moment")
        }
        ErrorCode::DiskFull => {
            (Kind::Conflict, "the disk is full", "free some space and run the command again; nothing stored was lost")
        }
        ErrorCode::ReadOnly => (Kind::Conflict, "the data directory is read-only", "make it writable for its owner"),
        ErrorCode::CannotOpen => (
            Kind::Conflict,
            "a database file cannot be opened",
            "check that it is there and that the data directory is writable for its owner",
        ),
        ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => (
            Kind::Conflict,
            "a database file is damaged, or is not of this keyring",
            "`journal doctor` says which; put it back from a backup",
        ),
        ErrorCode::SystemIoFailure => (
            Kind::Conflict,
            "a database file could not be read or written",
            "look at the disk's health and free space; `journal doctor` checks every file",
        ),
        _ => return None,
    };
    Some(Error::new(kind, message).hint(hint))
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match told(&error) {
            Some(told) => told.caused_by(error),
            None => Self::internal("the database refused a statement", error),
        }
    }
}

impl From<refinery::Error> for Error {
    fn from(error: refinery::Error) -> Self {
        let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref());
        match cause.and_then(told) {
            Some(told) => told.caused_by(error),
            None => Self::internal("bringing a database's schema up to date", error),
        }
    }
}
