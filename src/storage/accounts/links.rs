//! Rows of links that were mailed or handed over. The token itself is nowhere; its keyed hash names the row.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::UserId;
use crate::storage::accounts::AccountsDb;

/// What a link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Proving an address.
    Verify,
    /// Setting a new password.
    Reset,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
        }
    }
}

/// Adds a link.
pub(crate) fn add(
    db: &AccountsDb<'_>,
    owner: UserId,
    purpose: Purpose,
    hash: &[u8],
    at: &str,
    expires_at: &str,
) -> Result<()> {
    db.run(
        "INSERT INTO mailed_tokens (token_hash, user_id, purpose, created_at, expires_at)
         VALUES (:hash, :user, :purpose, :at, :expires)",
        named_params! {
            ":hash": hash, ":user": owner.0, ":purpose": purpose.name(), ":at": at, ":expires": expires_at,
        },
    )
    .map(drop)
}

/// Uses a link up, in one statement, and returns whose it was; `None` if it is not good, or was used before.
pub(crate) fn redeem(db: &AccountsDb<'_>, purpose: Purpose, hash: &[u8], now: &str) -> Result<Option<UserId>> {
    db.first(
        "UPDATE mailed_tokens SET used_at = :now
         WHERE token_hash = :hash AND purpose = :purpose AND used_at IS NULL AND expires_at > :now
         RETURNING user_id",
        named_params! { ":hash": hash, ":purpose": purpose.name(), ":now": now },
        |row| row.get(0).map(UserId),
    )
}

/// Returns whose a link is that could still be used.
pub(crate) fn holder(db: &AccountsDb<'_>, purpose: Purpose, hash: &[u8], now: &str) -> Result<Option<UserId>> {
    db.first(
        "SELECT user_id FROM mailed_tokens
         WHERE token_hash = :hash AND purpose = :purpose AND used_at IS NULL AND expires_at > :now",
        named_params! { ":hash": hash, ":purpose": purpose.name(), ":now": now },
        |row| row.get(0).map(UserId),
    )
}

/// Tells whether a link was used before its end by somebody whose address is proven since.
pub(crate) fn has_proved(db: &AccountsDb<'_>, hash: &[u8], now: &str) -> Result<bool> {
    let proved = db.first(
        "SELECT 1 FROM mailed_tokens AS link JOIN users AS owner ON owner.id = link.user_id
         WHERE link.token_hash = :hash AND link.purpose = 'verify' AND link.used_at IS NOT NULL
           AND link.expires_at > :now AND owner.email_verified = 1",
        named_params! { ":hash": hash, ":now": now },
        |_| Ok(()),
    )?;
    Ok(proved.is_some())
}

/// Counts the links made for a user since an instant.
pub(crate) fn since(db: &AccountsDb<'_>, owner: UserId, purpose: Purpose, instant: &str) -> Result<i64> {
    db.one(
        "SELECT COUNT(*) FROM mailed_tokens WHERE user_id = :user AND purpose = :purpose AND created_at > :instant",
        named_params! { ":user": owner.0, ":purpose": purpose.name(), ":instant": instant },
        |row| row.get(0),
    )
}

/// Counts the links made since an instant for everybody who registered with an address.
pub(crate) fn since_for_registrants(db: &AccountsDb<'_>, email: &str, instant: &str) -> Result<i64> {
    db.one(
        "SELECT COUNT(*) FROM mailed_tokens AS link JOIN users AS owner ON owner.id = link.user_id
         WHERE owner.unproven_email = :email AND link.purpose = 'verify' AND link.created_at > :instant",
        named_params! { ":email": email, ":instant": instant },
        |row| row.get(0),
    )
}

/// Makes a user's unused links worthless.
pub(crate) fn void(db: &AccountsDb<'_>, owner: UserId, purpose: Purpose, at: &str) -> Result<()> {
    db.run(
        "UPDATE mailed_tokens SET used_at = :at WHERE user_id = :user AND purpose = :purpose AND used_at IS NULL",
        named_params! { ":user": owner.0, ":purpose": purpose.name(), ":at": at },
    )
    .map(drop)
}

/// Removes links that ended before an instant.
pub(crate) fn purge(db: &AccountsDb<'_>, before: &str) -> Result<()> {
    db.run("DELETE FROM mailed_tokens WHERE expires_at < :before", named_params! { ":before": before }).map(drop)
}
