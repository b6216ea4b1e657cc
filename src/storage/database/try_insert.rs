//! Inserts of external rows that the schema may reject.

use rusqlite::{ErrorCode, Params, ffi};

use crate::error::Result;
use crate::storage::database::{DatabaseKind, DatabaseTx};

/// Outcome of a `DatabaseTx::try_insert`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InsertOutcome {
    /// Inserted.
    Inserted,
    /// A foreign key has no parent row.
    Orphan,
    /// A unique or primary key exists already.
    Duplicate,
    /// A value is missing, of another type, or out of bounds.
    Invalid,
}

impl<P: DatabaseKind> DatabaseTx<'_, P> {
    /// Executes an INSERT of one row; a constraint violation is an outcome, not an error.
    ///
    /// An INSERT that adds no row without a violation is `Unfit`.
    pub(crate) fn try_insert(&self, sql: &str, params: impl Params) -> Result<InsertOutcome> {
        match self.connection.prepare_cached(sql)?.execute(params) {
            Ok(0) => Ok(InsertOutcome::Invalid),
            Ok(_) => Ok(InsertOutcome::Inserted),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                Ok(match error.sqlite_error().map(|error| error.extended_code) {
                    Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => InsertOutcome::Orphan,
                    Some(
                        ffi::SQLITE_CONSTRAINT_UNIQUE
                        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                        | ffi::SQLITE_CONSTRAINT_ROWID,
                    ) => InsertOutcome::Duplicate,
                    _ => InsertOutcome::Invalid,
                })
            }
            Err(error) => Err(error.into()),
        }
    }
}
