//! Read-only access to databases of other programs; they are never written or migrated.

mod error;
pub(crate) mod journal_server;
mod lock_probe;
pub(crate) mod loose_row;
mod open;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Params};

use crate::error::{Error, Result};
use crate::storage::external_db::loose_row::LooseRow;

/// SQLite database of another program, read in one snapshot.
pub(crate) struct ExternalDb {
    connection: Connection,
    path: PathBuf,
}

impl ExternalDb {
    /// Opens a database that no other process has open.
    ///
    /// # Errors
    /// `NotFound` if the file does not exist; `Conflict` if it is no SQLite database, is encrypted, in use, or has a
    /// pending rollback journal.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Ok(Self { connection: open::open_read_only(path)?, path: path.to_owned() })
    }

    /// Calls a closure with every row, without collecting them.
    fn for_each_row(
        &self,
        sql: &str,
        params: impl Params,
        mut take: impl FnMut(&LooseRow<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql).map_err(|error| self.sqlite_error(error))?;
        let mut rows = statement.query(params).map_err(|error| self.sqlite_error(error))?;
        while let Some(row) = rows.next().map_err(|error| self.sqlite_error(error))? {
            take(&LooseRow::new(row))?;
        }
        Ok(())
    }

    /// Returns the number a statement selects; 0 without a row.
    fn query_number(&self, sql: &str, params: impl Params) -> Result<i64> {
        let found = self.connection.query_row(sql, params, |row| row.get::<_, Option<i64>>(0)).optional();
        Ok(found.map_err(|error| self.sqlite_error(error))?.flatten().unwrap_or(0))
    }

    fn sqlite_error(&self, error: rusqlite::Error) -> Error {
        error::sqlite_error(&self.path, error)
    }
}
