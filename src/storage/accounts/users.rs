//! Rows of users.

use rusqlite::{Row, named_params};

use crate::crypto::password::StoredPasswordHash;
use crate::domain::email::EmailAddress;
use crate::domain::id::UserId;
use crate::domain::user::{User, UserRole};
use crate::error::{Error, Result};
use crate::storage::accounts::AccountsDb;

/// Row of a new user.
pub(crate) struct NewUserRow<'a> {
    pub(crate) email: &'a EmailAddress,
    pub(crate) display_name: &'a str,
    pub(crate) password_hash: Option<&'a str>,
    pub(crate) role: UserRole,
    pub(crate) at: &'a str,
}

/// Adds a user; the first one becomes the default user.
///
/// # Errors
/// `Conflict` if the address is in use, ignoring case.
pub(crate) fn add(db: &AccountsDb<'_>, new: &NewUserRow<'_>) -> Result<UserId> {
    check_email_unused(db, new.email)?;
    let id = db.insert(
        "INSERT INTO users (email, display_name, password_hash, role, email_verified, is_default, created_at, updated_at)
         VALUES (:email, :name, :hash, :role, 1, NOT EXISTS (SELECT 1 FROM users), :at, :at)",
        named_params! {
            ":email": new.email.as_str(), ":name": new.display_name, ":hash": new.password_hash,
            ":role": new.role.name(), ":at": new.at,
        },
    )?;
    Ok(UserId(id))
}

/// Rejects an address that is in use, ignoring case.
///
/// # Errors
/// `Conflict`.
pub(crate) fn check_email_unused(db: &AccountsDb<'_>, email: &EmailAddress) -> Result<()> {
    match find_by_email(db, email.as_str())? {
        None => Ok(()),
        Some(_) => {
            Err(Error::conflict("there is already a user with that address").hint("`journal user list` lists them"))
        }
    }
}

/// Returns the user with an address given on the command line.
///
/// # Errors
/// `NotFound`.
pub(crate) fn get_by_email(db: &AccountsDb<'_>, email: &str) -> Result<User> {
    find_by_email(db, email)?.ok_or_else(|| Error::not_found("user").hint("`journal user list` lists the users"))
}

/// Finds a user by address, ignoring case. Pending registrations are excluded.
pub(crate) fn find_by_email(db: &AccountsDb<'_>, email: &str) -> Result<Option<User>> {
    db.query_optional(
        "SELECT id, COALESCE(unproven_email, email), display_name, role, is_active, email_verified, locked_until, deleted_at, created_at, updated_at
         FROM users WHERE email = :email AND unproven_email IS NULL",
        named_params! { ":email": email },
        from_row,
    )
}

/// Finds a user by id.
pub(crate) fn find_by_id(db: &AccountsDb<'_>, id: UserId) -> Result<Option<User>> {
    db.query_optional(
        "SELECT id, COALESCE(unproven_email, email), display_name, role, is_active, email_verified, locked_until, deleted_at, created_at, updated_at
         FROM users WHERE id = :id",
        named_params! { ":id": id.0 },
        from_row,
    )
}

/// Finds the default user: the one whose journal commands work on unless one is named.
pub(crate) fn find_default(db: &AccountsDb<'_>) -> Result<Option<User>> {
    db.query_optional(
        "SELECT id, COALESCE(unproven_email, email), display_name, role, is_active, email_verified, locked_until, deleted_at, created_at, updated_at
         FROM users WHERE is_default = 1",
        [],
        from_row,
    )
}

/// Makes a user the default user.
pub(crate) fn set_default(db: &AccountsDb<'_>, id: UserId) -> Result<()> {
    db.execute("UPDATE users SET is_default = 0 WHERE is_default = 1 AND id <> :id", named_params! { ":id": id.0 })?;
    db.execute("UPDATE users SET is_default = 1 WHERE id = :id", named_params! { ":id": id.0 }).map(drop)
}

/// Returns every user, oldest first.
pub(crate) fn all(db: &AccountsDb<'_>) -> Result<Vec<User>> {
    db.query_all(
        "SELECT id, COALESCE(unproven_email, email), display_name, role, is_active, email_verified, locked_until, deleted_at, created_at, updated_at
         FROM users ORDER BY id",
        [],
        from_row,
    )
}

/// Counts the active admins.
pub(crate) fn count_active_admins(db: &AccountsDb<'_>) -> Result<i64> {
    db.query_one(
        "SELECT COUNT(*) FROM users WHERE role = 'admin' AND is_active = 1 AND deleted_at IS NULL",
        [],
        |row| row.get(0),
    )
}

/// Activates or deactivates the account.
pub(crate) fn set_active(db: &AccountsDb<'_>, id: UserId, active: bool, at: &str) -> Result<()> {
    db.execute(
        "UPDATE users SET is_active = :active, updated_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":active": active, ":at": at },
    )
    .map(drop)
}

/// Sets the role.
pub(crate) fn set_role(db: &AccountsDb<'_>, id: UserId, role: UserRole, at: &str) -> Result<()> {
    db.execute(
        "UPDATE users SET role = :role, updated_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":role": role.name(), ":at": at },
    )
    .map(drop)
}

/// Sets the display name.
pub(crate) fn set_name(db: &AccountsDb<'_>, id: UserId, name: &str, at: &str) -> Result<()> {
    db.execute(
        "UPDATE users SET display_name = :name, updated_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":name": name, ":at": at },
    )
    .map(drop)
}

/// Sets the password hash and clears a lockout.
pub(crate) fn set_password(db: &AccountsDb<'_>, id: UserId, hash: &str, at: &str) -> Result<()> {
    db.execute(
        "UPDATE users SET password_hash = :hash, pepper_id = 1, failed_login_attempts = 0, locked_until = NULL, updated_at = :at
         WHERE id = :id",
        named_params! { ":id": id.0, ":hash": hash, ":at": at },
    )
    .map(drop)
}

/// A user with the stored password.
pub(crate) struct LoginCredentials {
    pub(crate) user: User,
    pub(crate) password: Option<StoredPasswordHash>,
}

/// Finds a user and the stored password by address.
pub(crate) fn find_login(db: &AccountsDb<'_>, email: &str) -> Result<Option<LoginCredentials>> {
    db.query_optional(
        "SELECT id, COALESCE(unproven_email, email), display_name, role, is_active, email_verified, locked_until, deleted_at, created_at, updated_at,
                password_hash, pepper_id
         FROM users WHERE email = :email AND unproven_email IS NULL",
        named_params! { ":email": email },
        |row| Ok(LoginCredentials { user: from_row(row)?, password: password_from_row(row, 10)? }),
    )
}

/// Returns a user's stored password.
pub(crate) fn find_password(db: &AccountsDb<'_>, id: UserId) -> Result<Option<StoredPasswordHash>> {
    let found = db.query_optional(
        "SELECT password_hash, pepper_id FROM users WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| password_from_row(row, 0),
    )?;
    Ok(found.flatten())
}

/// Reads a password hash. Pepper 0 means none: an imported hash before its owner's first login.
fn password_from_row(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<StoredPasswordHash>> {
    let (hash, pepper): (Option<String>, i64) = (row.get(column)?, row.get(column + 1)?);
    Ok(hash.map(|hash| StoredPasswordHash { hash, peppered: pepper != 0 }))
}

/// Counts a failed login and locks the account after `most` in a row, in one statement.
///
/// An expired lockout starts a new count.
pub(crate) fn record_failed_login(
    db: &AccountsDb<'_>,
    id: UserId,
    most: u32,
    lock_until: &str,
    now: &str,
) -> Result<()> {
    db.execute(
        "UPDATE users
         SET failed_login_attempts = CASE WHEN locked_until <= :now THEN 1 ELSE failed_login_attempts + 1 END,
             locked_until = CASE
                 WHEN locked_until <= :now THEN NULL
                 WHEN failed_login_attempts + 1 >= :most THEN :until
                 ELSE locked_until
             END
         WHERE id = :id",
        named_params! { ":id": id.0, ":most": most, ":until": lock_until, ":now": now },
    )
    .map(drop)
}

/// Resets the failed logins after a successful one.
pub(crate) fn reset_failed_logins(db: &AccountsDb<'_>, id: UserId) -> Result<()> {
    db.execute(
        "UPDATE users SET failed_login_attempts = 0, locked_until = NULL
         WHERE id = :id AND (failed_login_attempts > 0 OR locked_until IS NOT NULL)",
        named_params! { ":id": id.0 },
    )
    .map(drop)
}

/// Clears a lockout.
pub(crate) fn unlock(db: &AccountsDb<'_>, id: UserId, at: &str) -> Result<()> {
    db.execute(
        "UPDATE users SET failed_login_attempts = 0, locked_until = NULL, updated_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":at": at },
    )
    .map(drop)
}

/// Marks a user for deletion, or removes the mark.
pub(crate) fn set_deleted(db: &AccountsDb<'_>, id: UserId, deleted_at: Option<&str>, at: &str) -> Result<()> {
    db.execute(
        "UPDATE users SET deleted_at = :deleted, updated_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":deleted": deleted_at, ":at": at },
    )
    .map(drop)
}

/// Returns the users marked for deletion before an instant.
pub(crate) fn list_deleted_before(db: &AccountsDb<'_>, at: &str) -> Result<Vec<UserId>> {
    db.query_all(
        "SELECT id FROM users WHERE deleted_at IS NOT NULL AND deleted_at < :at ORDER BY id",
        named_params! { ":at": at },
        |row| row.get(0).map(UserId),
    )
}

/// Removes a user's row; keys and grants are deleted by cascade.
pub(crate) fn remove(db: &AccountsDb<'_>, id: UserId) -> Result<()> {
    db.execute("DELETE FROM users WHERE id = :id", named_params! { ":id": id.0 }).map(drop)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<User> {
    let role: String = row.get(3)?;
    let role = role.parse().unwrap_or(UserRole::Readonly);
    Ok(User {
        id: UserId(row.get(0)?),
        email: row.get(1)?,
        display_name: row.get(2)?,
        role,
        is_admin: role == UserRole::Admin,
        is_active: row.get(4)?,
        email_verified: row.get(5)?,
        locked_until: row.get(6)?,
        deleted_at: row.get(7)?,
        created_at: row.get(8)?,
        updated_at: row.get(9)?,
    })
}
