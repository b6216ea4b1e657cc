//! Row counts per user, for deletion receipts.

use rusqlite::named_params;

use crate::domain::id::UserId;
use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Number of rows of a user outside the notebooks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct OwnedRowCounts {
    pub(crate) sessions: u64,
    pub(crate) keys: u64,
    pub(crate) preferences: u64,
}

/// Counts a user's rows.
pub(crate) fn count_owned_rows(db: &AccountsDb<'_>, user: UserId) -> Result<OwnedRowCounts> {
    db.query_one(
        "SELECT (SELECT COUNT(*) FROM sessions WHERE user_id = :user),
                (SELECT COUNT(*) FROM api_keys WHERE user_id = :user),
                (SELECT COUNT(*) FROM preferences WHERE user_id = :user)",
        named_params! { ":user": user.0 },
        |row| Ok(OwnedRowCounts { sessions: row.get(0)?, keys: row.get(1)?, preferences: row.get(2)? }),
    )
}
