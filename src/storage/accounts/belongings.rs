//! How many rows belong to a user: numbers for a receipt, nothing of what is in them.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::UserId;
use crate::storage::accounts::AccountsDb;

/// Rows of a user beside their notebooks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) sessions: u64,
    pub(crate) keys: u64,
    pub(crate) preferences: u64,
}

/// Counts a user's rows.
pub(crate) fn count(db: &AccountsDb<'_>, user: UserId) -> Result<Rows> {
    db.one(
        "SELECT (SELECT COUNT(*) FROM sessions WHERE user_id = :user),
                (SELECT COUNT(*) FROM api_keys WHERE user_id = :user),
                (SELECT COUNT(*) FROM preferences WHERE user_id = :user)",
        named_params! { ":user": user.0 },
        |row| Ok(Rows { sessions: row.get(0)?, keys: row.get(1)?, preferences: row.get(2)? }),
    )
}
