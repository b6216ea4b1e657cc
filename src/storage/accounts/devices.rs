//! Rows of known devices: browsers a user logged in from before.

use rusqlite::named_params;

use crate::domain::id::UserId;
use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Wrong passwords after which a device no longer counts as known.
const MAX_FAILURES: i64 = 5;

/// Maximum devices per user; each login without a device cookie adds one.
const MAX_DEVICES: i64 = 50;

/// Adds a device and removes the least recently used ones above the limit.
pub(crate) fn add(db: &AccountsDb<'_>, owner: UserId, hash: &[u8], at: &str) -> Result<()> {
    db.execute(
        "INSERT INTO devices (user_id, token_hash, created_at, last_used_at) VALUES (:user, :hash, :at, :at)",
        named_params! { ":user": owner.0, ":hash": hash, ":at": at },
    )?;
    db.execute(
        "DELETE FROM devices WHERE user_id = :user AND id NOT IN (
             SELECT id FROM devices WHERE user_id = :user ORDER BY last_used_at DESC, id DESC LIMIT :most
         )",
        named_params! { ":user": owner.0, ":most": MAX_DEVICES },
    )
    .map(drop)
}

/// Returns the owner of a device below the failure limit.
pub(crate) fn find_owner(db: &AccountsDb<'_>, hash: &[u8]) -> Result<Option<UserId>> {
    db.query_optional(
        "SELECT user_id FROM devices WHERE token_hash = :hash AND failed_attempts < :most",
        named_params! { ":hash": hash, ":most": MAX_FAILURES },
        |row| row.get(0).map(UserId),
    )
}

/// Returns true if a device is known for the user.
pub(crate) fn is_known(db: &AccountsDb<'_>, owner: UserId, hash: &[u8]) -> Result<bool> {
    let known = db.query_optional(
        "SELECT 1 FROM devices WHERE user_id = :user AND token_hash = :hash AND failed_attempts < :most",
        named_params! { ":user": owner.0, ":hash": hash, ":most": MAX_FAILURES },
        |_| Ok(()),
    )?;
    Ok(known.is_some())
}

/// Records a login from a known device and resets its failure count.
pub(crate) fn record_login(db: &AccountsDb<'_>, owner: UserId, hash: &[u8], at: &str) -> Result<()> {
    db.execute(
        "UPDATE devices SET failed_attempts = 0, last_used_at = :at WHERE user_id = :user AND token_hash = :hash",
        named_params! { ":user": owner.0, ":hash": hash, ":at": at },
    )
    .map(drop)
}

/// Counts a wrong password from a known device.
pub(crate) fn record_failure(db: &AccountsDb<'_>, owner: UserId, hash: &[u8]) -> Result<()> {
    db.execute(
        "UPDATE devices SET failed_attempts = failed_attempts + 1 WHERE user_id = :user AND token_hash = :hash",
        named_params! { ":user": owner.0, ":hash": hash },
    )
    .map(drop)
}

/// Removes every device of a user.
pub(crate) fn remove_all(db: &AccountsDb<'_>, owner: UserId) -> Result<usize> {
    db.execute("DELETE FROM devices WHERE user_id = :user", named_params! { ":user": owner.0 })
}
