//! Rows of pending registrations: users whose address is not verified yet.

use rusqlite::named_params;

use crate::domain::email::EmailAddress;
use crate::domain::id::UserId;
use crate::domain::user::UserRole;
use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Row of a new pending registration.
pub(crate) struct NewPendingRegistration<'a> {
    /// Unique placeholder for the address column until it is verified; not an address.
    pub(crate) placeholder: &'a str,
    pub(crate) email: &'a EmailAddress,
    pub(crate) display_name: &'a str,
    pub(crate) password_hash: &'a str,
    pub(crate) at: &'a str,
}

/// Adds a pending registration, even if the address is in use.
pub(crate) fn add(db: &AccountsDb<'_>, new: &NewPendingRegistration<'_>) -> Result<UserId> {
    let id = db.insert(
        "INSERT INTO users (email, unproven_email, display_name, password_hash, role, email_verified, created_at, updated_at)
         VALUES (:placeholder, :email, :name, :hash, :role, 0, :at, :at)",
        named_params! {
            ":placeholder": new.placeholder, ":email": new.email.as_str(), ":name": new.display_name,
            ":hash": new.password_hash, ":role": UserRole::Member.name(), ":at": new.at,
        },
    )?;
    Ok(UserId(id))
}

/// Returns the newest pending registration of an address.
pub(crate) fn find_newest(db: &AccountsDb<'_>, email: &str) -> Result<Option<UserId>> {
    db.query_optional(
        "SELECT id FROM users WHERE unproven_email = :email AND deleted_at IS NULL ORDER BY id DESC LIMIT 1",
        named_params! { ":email": email },
        |row| row.get(0).map(UserId),
    )
}

/// Sets a user's verified address. The caller checks that no other user has it.
pub(crate) fn set_verified(db: &AccountsDb<'_>, id: UserId, at: &str) -> Result<()> {
    db.execute(
        "UPDATE users
         SET email = COALESCE(unproven_email, email), unproven_email = NULL, email_verified = 1, updated_at = :at
         WHERE id = :id",
        named_params! { ":id": id.0, ":at": at },
    )
    .map(drop)
}

/// Removes registrations older than an instant and returns their number.
pub(crate) fn purge(db: &AccountsDb<'_>, before: &str) -> Result<usize> {
    db.execute(
        "DELETE FROM users WHERE unproven_email IS NOT NULL AND created_at < :before",
        named_params! { ":before": before },
    )
}
