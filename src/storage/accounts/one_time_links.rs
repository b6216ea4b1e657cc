//! Rows of one-time links. Only the keyed hash of the token is stored.

use rusqlite::named_params;

use crate::domain::id::UserId;
use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Purpose of a one-time link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkPurpose {
    /// Email verification.
    Verify,
    /// Password reset.
    Reset,
}

impl LinkPurpose {
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
    purpose: LinkPurpose,
    hash: &[u8],
    at: &str,
    expires_at: &str,
) -> Result<()> {
    db.execute(
        "INSERT INTO mailed_tokens (token_hash, user_id, purpose, created_at, expires_at)
         VALUES (:hash, :user, :purpose, :at, :expires)",
        named_params! {
            ":hash": hash, ":user": owner.0, ":purpose": purpose.name(), ":at": at, ":expires": expires_at,
        },
    )
    .map(drop)
}

/// Redeems a link atomically and returns its owner; `None` if it is invalid, expired or already used.
pub(crate) fn redeem(db: &AccountsDb<'_>, purpose: LinkPurpose, hash: &[u8], now: &str) -> Result<Option<UserId>> {
    db.query_optional(
        "UPDATE mailed_tokens SET used_at = :now
         WHERE token_hash = :hash AND purpose = :purpose AND used_at IS NULL AND expires_at > :now
         RETURNING user_id",
        named_params! { ":hash": hash, ":purpose": purpose.name(), ":now": now },
        |row| row.get(0).map(UserId),
    )
}

/// Returns the owner of a valid link.
pub(crate) fn find_holder(db: &AccountsDb<'_>, purpose: LinkPurpose, hash: &[u8], now: &str) -> Result<Option<UserId>> {
    db.query_optional(
        "SELECT user_id FROM mailed_tokens
         WHERE token_hash = :hash AND purpose = :purpose AND used_at IS NULL AND expires_at > :now",
        named_params! { ":hash": hash, ":purpose": purpose.name(), ":now": now },
        |row| row.get(0).map(UserId),
    )
}

/// Returns true if an unexpired verification link was used and its owner's address is verified.
pub(crate) fn is_used_and_verified(db: &AccountsDb<'_>, hash: &[u8], now: &str) -> Result<bool> {
    let proved = db.query_optional(
        "SELECT 1 FROM mailed_tokens AS link JOIN users AS owner ON owner.id = link.user_id
         WHERE link.token_hash = :hash AND link.purpose = 'verify' AND link.used_at IS NOT NULL
           AND link.expires_at > :now AND owner.email_verified = 1",
        named_params! { ":hash": hash, ":now": now },
        |_| Ok(()),
    )?;
    Ok(proved.is_some())
}

/// Counts a user's links created since an instant.
pub(crate) fn count_since(db: &AccountsDb<'_>, owner: UserId, purpose: LinkPurpose, instant: &str) -> Result<i64> {
    db.query_one(
        "SELECT COUNT(*) FROM mailed_tokens WHERE user_id = :user AND purpose = :purpose AND created_at > :instant",
        named_params! { ":user": owner.0, ":purpose": purpose.name(), ":instant": instant },
        |row| row.get(0),
    )
}

/// Counts the verification links created since an instant for all pending registrations of an address.
pub(crate) fn count_since_for_pending_email(db: &AccountsDb<'_>, email: &str, instant: &str) -> Result<i64> {
    db.query_one(
        "SELECT COUNT(*) FROM mailed_tokens AS link JOIN users AS owner ON owner.id = link.user_id
         WHERE owner.unproven_email = :email AND link.purpose = 'verify' AND link.created_at > :instant",
        named_params! { ":email": email, ":instant": instant },
        |row| row.get(0),
    )
}

/// Revokes a user's unused links.
pub(crate) fn revoke_unused(db: &AccountsDb<'_>, owner: UserId, purpose: LinkPurpose, at: &str) -> Result<()> {
    db.execute(
        "UPDATE mailed_tokens SET used_at = :at WHERE user_id = :user AND purpose = :purpose AND used_at IS NULL",
        named_params! { ":user": owner.0, ":purpose": purpose.name(), ":at": at },
    )
    .map(drop)
}

/// Removes links that expired before an instant.
pub(crate) fn purge(db: &AccountsDb<'_>, before: &str) -> Result<()> {
    db.execute("DELETE FROM mailed_tokens WHERE expires_at < :before", named_params! { ":before": before }).map(drop)
}
