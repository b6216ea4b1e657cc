//! Rows of browsers in which a user logged in before.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::UserId;
use crate::storage::accounts::AccountsDb;

/// Wrong passwords after which a device is as unknown as any other.
const MAX_FAILURES: i64 = 5;

/// Devices kept of a user; whoever logs in without a cookie each time makes a new one each time.
const MOST: i64 = 50;

/// Adds a device; the ones not used for longest go when there are too many.
pub(crate) fn add(db: &AccountsDb<'_>, owner: UserId, hash: &[u8], at: &str) -> Result<()> {
    db.run(
        "INSERT INTO devices (user_id, token_hash, created_at, last_used_at) VALUES (:user, :hash, :at, :at)",
        named_params! { ":user": owner.0, ":hash": hash, ":at": at },
    )?;
    db.run(
        "DELETE FROM devices WHERE user_id = :user AND id NOT IN (
             SELECT id FROM devices WHERE user_id = :user ORDER BY last_used_at DESC, id DESC LIMIT :most
         )",
        named_params! { ":user": owner.0, ":most": MOST },
    )
    .map(drop)
}

/// Returns whose device this is, unless too much failed there.
pub(crate) fn owner(db: &AccountsDb<'_>, hash: &[u8]) -> Result<Option<UserId>> {
    db.first(
        "SELECT user_id FROM devices WHERE token_hash = :hash AND failed_attempts < :most",
        named_params! { ":hash": hash, ":most": MAX_FAILURES },
        |row| row.get(0).map(UserId),
    )
}

/// Tells whether a device is known as the user's.
pub(crate) fn knows(db: &AccountsDb<'_>, owner: UserId, hash: &[u8]) -> Result<bool> {
    let known = db.first(
        "SELECT 1 FROM devices WHERE user_id = :user AND token_hash = :hash AND failed_attempts < :most",
        named_params! { ":user": owner.0, ":hash": hash, ":most": MAX_FAILURES },
        |_| Ok(()),
    )?;
    Ok(known.is_some())
}

/// Notes a login in a known device, which forgives what failed there.
pub(crate) fn touch(db: &AccountsDb<'_>, owner: UserId, hash: &[u8], at: &str) -> Result<()> {
    db.run(
        "UPDATE devices SET failed_attempts = 0, last_used_at = :at WHERE user_id = :user AND token_hash = :hash",
        named_params! { ":user": owner.0, ":hash": hash, ":at": at },
    )
    .map(drop)
}

/// Counts a wrong password in a known device.
pub(crate) fn fail(db: &AccountsDb<'_>, owner: UserId, hash: &[u8]) -> Result<()> {
    db.run(
        "UPDATE devices SET failed_attempts = failed_attempts + 1 WHERE user_id = :user AND token_hash = :hash",
        named_params! { ":user": owner.0, ":hash": hash },
    )
    .map(drop)
}

/// Forgets every device of a user.
pub(crate) fn remove_all(db: &AccountsDb<'_>, owner: UserId) -> Result<usize> {
    db.run("DELETE FROM devices WHERE user_id = :user", named_params! { ":user": owner.0 })
}
