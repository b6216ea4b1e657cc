//! Databases of other programs: opened to be read, never written and never brought up to date.

pub(crate) mod cells;
mod in_use;
pub(crate) mod journal_server;
mod open;

use std::path::Path;
use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::ErrorCode;
use rusqlite::OptionalExtension;
use rusqlite::Params;

use crate::error::Error;
use crate::error::Result;
use crate::storage::foreign::cells::Cells;

/// Another program's SQLite database, as it stood when it was opened.
pub(crate) struct Foreign {
    connection: Connection,
    path: PathBuf,
}

impl Foreign {
    /// Opens a database that no other process has open.
    ///
    /// # Errors
    /// `NotFound` without a file; `Conflict` for one that is no SQLite database, is encrypted, is in use, or was left in the
    /// middle of a write.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Ok(Self { connection: open::read_only(path)?, path: path.to_owned() })
    }

    /// Hands every row to a closure without keeping them.
    fn each(&self, sql: &str, params: impl Params, mut take: impl FnMut(&Cells<'_>) -> Result<()>) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql).map_err(|error| self.failure(error))?;
        let mut rows = statement.query(params).map_err(|error| self.failure(error))?;
        while let Some(row) = rows.next().map_err(|error| self.failure(error))? {
            take(&Cells::new(row))?;
        }
        Ok(())
    }

    /// Returns the number that a statement gives; 0 for none.
    fn number(&self, sql: &str, params: impl Params) -> Result<i64> {
        let found = self.connection.query_row(sql, params, |row| row.get::<_, Option<i64>>(0)).optional();
        Ok(found.map_err(|error| self.failure(error))?.flatten().unwrap_or(0))
    }

    fn failure(&self, error: rusqlite::Error) -> Error {
        failure(&self.path, error)
    }
}

/// Says what a foreign database answered: not in the words for our own.
fn failure(path: &Path, error: rusqlite::Error) -> Error {
    let shown = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => in_use::refused(path).caused_by(error),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Error::conflict(format!("{shown} is damaged"))
            .hint("`sqlite3 FILE .recover` saves what can be read of it; nothing was imported")
            .caused_by(error),
        Some(
            ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure | ErrorCode::PermissionDenied,
        ) => Error::conflict(format!("{shown} cannot be read"))
            .hint("check who owns it, and that its folder is there with the -wal file it had")
            .caused_by(error),
        _ => Error::conflict(format!("{shown} is not built as expected"))
            .hint("check that it is the right file; nothing was imported")
            .caused_by(error),
    }
}
