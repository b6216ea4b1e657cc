//! Rows of user preferences: opaque JSON by key.

use rusqlite::named_params;

use crate::domain::id::UserId;
use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Returns a user's preferences as JSON texts, by key.
pub(crate) fn list(db: &AccountsDb<'_>, owner: UserId) -> Result<Vec<(String, String)>> {
    db.query_all(
        "SELECT key, value FROM preferences WHERE user_id = :user ORDER BY key",
        named_params! { ":user": owner.0 },
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Counts a user's preferences.
pub(crate) fn count(db: &AccountsDb<'_>, owner: UserId) -> Result<usize> {
    db.query_one("SELECT COUNT(*) FROM preferences WHERE user_id = :user", named_params! { ":user": owner.0 }, |row| {
        row.get(0)
    })
}

/// Stores one of a user's preferences.
pub(crate) fn set(db: &AccountsDb<'_>, owner: UserId, key: &str, value: &str, at: &str) -> Result<()> {
    db.execute(
        "INSERT INTO preferences (user_id, key, value, updated_at) VALUES (:user, :key, :value, :at)
         ON CONFLICT (user_id, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        named_params! { ":user": owner.0, ":key": key, ":value": value, ":at": at },
    )
    .map(drop)
}
