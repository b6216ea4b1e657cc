//! Errors of databases of other programs.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::error::Error;

/// Builds the error for a database in use.
pub(super) fn in_use_error(path: &Path) -> Error {
    Error::conflict(format!("{} is in use by another program", path.display()))
        .hint("stop the Python server first, then run the command again")
}

/// Maps a SQLite error of an external database, whose hints differ from those for the data directory.
pub(super) fn sqlite_error(path: &Path, error: rusqlite::Error) -> Error {
    let shown = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => in_use_error(path).caused_by(error),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Error::conflict(format!("{shown} is damaged"))
            .hint("`sqlite3 FILE .recover` recovers the readable part; nothing was imported")
            .caused_by(error),
        Some(
            ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure | ErrorCode::PermissionDenied,
        ) => Error::conflict(format!("{shown} cannot be read"))
            .hint("check its owner, and that the -wal file is in the same folder")
            .caused_by(error),
        _ => Error::conflict(format!("{shown} has an unexpected schema"))
            .hint("check that it is the right file; nothing was imported")
            .caused_by(error),
    }
}
