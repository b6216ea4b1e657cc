//! Rows of users who have not proved their address yet.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::email::Email;
use crate::model::id::UserId;
use crate::model::user::Role;
use crate::storage::accounts::AccountsDb;

/// What a registrant's row needs.
pub(crate) struct NewRegistrant<'a> {
    /// Stands where the address will be; unique and no address.
    pub(crate) placeholder: &'a str,
    pub(crate) email: &'a Email,
    pub(crate) display_name: &'a str,
    pub(crate) password_hash: &'a str,
    pub(crate) at: &'a str,
}

/// Adds a registrant, whether or not somebody has the address.
pub(crate) fn add(db: &AccountsDb<'_>, new: &NewRegistrant<'_>) -> Result<UserId> {
    let id = db.insert(
        "INSERT INTO users (email, unproven_email, display_name, password_hash, role, email_verified, created_at, updated_at)
         VALUES (:placeholder, :email, :name, :hash, :role, 0, :at, :at)",
        named_params! {
            ":placeholder": new.placeholder, ":email": new.email.as_str(), ":name": new.display_name,
            ":hash": new.password_hash, ":role": Role::Member.name(), ":at": new.at,
        },
    )?;
    Ok(UserId(id))
}

/// Returns who registered last with an address and has not proved it.
pub(crate) fn newest(db: &AccountsDb<'_>, email: &str) -> Result<Option<UserId>> {
    db.first(
        "SELECT id FROM users WHERE unproven_email = :email AND deleted_at IS NULL ORDER BY id DESC LIMIT 1",
        named_params! { ":email": email },
        |row| row.get(0).map(UserId),
    )
}

/// Makes the address a user's own. The caller has made sure that nobody else has it.
pub(crate) fn confirm(db: &AccountsDb<'_>, id: UserId, at: &str) -> Result<()> {
    db.run(
        "UPDATE users
         SET email = COALESCE(unproven_email, email), unproven_email = NULL, email_verified = 1, updated_at = :at
         WHERE id = :id",
        named_params! { ":id": id.0, ":at": at },
    )
    .map(drop)
}

/// Removes those who registered before an instant and never proved their address; returns how many there were.
pub(crate) fn purge(db: &AccountsDb<'_>, before: &str) -> Result<usize> {
    db.run(
        "DELETE FROM users WHERE unproven_email IS NOT NULL AND created_at < :before",
        named_params! { ":before": before },
    )
}
