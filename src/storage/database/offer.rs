//! Rows from elsewhere: the schema decides which of them can be taken.

use rusqlite::ErrorCode;
use rusqlite::Params;
use rusqlite::ffi;

use crate::error::Result;
use crate::storage::database::Db;
use crate::storage::database::Purpose;

/// What became of a row that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offered {
    /// It is stored.
    Taken,
    /// What it belongs to is not there.
    Orphan,
    /// There is one that says the same.
    Duplicate,
    /// A value is missing, of another type, or out of bounds.
    Unfit,
}

impl<P: Purpose> Db<'_, P> {
    /// Runs an INSERT of one row; a row that breaks a rule of the schema is told, and changes nothing. One that was not
    /// inserted without breaking a rule is unfit too.
    pub(crate) fn offer(&self, sql: &str, params: impl Params) -> Result<Offered> {
        match self.connection.prepare_cached(sql)?.execute(params) {
            Ok(0) => Ok(Offered::Unfit),
            Ok(_) => Ok(Offered::Taken),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                Ok(match error.sqlite_error().map(|error| error.extended_code) {
                    Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Offered::Orphan,
                    Some(
                        ffi::SQLITE_CONSTRAINT_UNIQUE
                        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                        | ffi::SQLITE_CONSTRAINT_ROWID,
                    ) => Offered::Duplicate,
                    _ => Offered::Unfit,
                })
            }
            Err(error) => Err(error.into()),
        }
    }
}
