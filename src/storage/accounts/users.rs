//! Rows of users.

use rusqlite::Row;
use rusqlite::named_params;

use crate::crypto::password::Stored;
use crate::error::Error;
use crate::error::Result;
use crate::model::email::Email;
use crate::model::id::UserId;
use crate::model::user::Role;
use crate::model::user::User;
use crate::storage::accounts::AccountsDb;

/// What a new user's row needs.
pub(crate) struct NewUser<'a> {
    pub(crate) email: &'a Email,
    pub(crate) display_name: &'a str,
    pub(crate) password_hash: Option<&'a str>,
    pub(crate) role: Role,
    pub(crate) at: &'a str,
}

/// Adds a user.
///
/// # Errors
/// `Conflict` when the address is taken, whatever its case.
pub(crate) fn add(db: &AccountsDb<'_>, new: &NewUser<'_>) -> Result<UserId> {
    check_free(db, new.email)?;
    let id = db.insert(
        "INSERT INTO users (email, display_name, password_hash, role, email_verified, created_at, updated_at)
         VALUES (:email, :name, :hash, :role, 1, :at, :at)",
        named_params! {
            ":email": new.email.as_str(), ":name": new.display_name, ":hash": new.password_hash,
            ":role": new.role.name(), ":at": new.at,
        },
    )?;
    Ok(UserId(id))
}

/// Refuses an address that is taken, whatever its case.
///
/// # Errors
/// `Conflict`.
pub(crate) fn check_free(db: &AccountsDb<'_>, email: &Email) -> Result<()> {
    match by_email(db, email.as_str())? {
        None => Ok(()),
        Some(_) => {
            Err(Error::conflict("there is already a user with that address").hint("`journal user list` shows them"))
        }
    }
}

/// Finds the user that somebody named.
///
/// # Errors
/// `NotFound`.
pub(crate) fn named(db: &AccountsDb<'_>, email: &str) -> Result<User> {
    by_email(db, email)?.ok_or_else(|| Error::not_found("user").hint("`journal user list` shows who there is"))
}

/// Finds a user by address, whatever its case. A registrant is not found by the address they only claim.
pub(crate) fn by_email(db: &AccountsDb<'_>, email: &str) -> Result<Option<User>> {
    db.first(
        "SELECT id, COALESCE(unproven_email, email), display_name, role, is_active, email_verified, locked_until, deleted_at, created_at, updated_at
         FROM users WHERE email = :email AND unproven_email IS NULL",
        named_params! { ":email": email },
        from_row,
    )
}

/// Finds a user by id.
pub(crate) fn by_id(db: &AccountsDb<'_>, id: UserId) -> Result<Option<User>> {
    db.first(
        "SELECT id, COALESCE(unproven_email, email), display_name, role, is_active, email_verified, locked_until, deleted_at, created_at, updated_at
         FROM users WHERE id = :id",
        named_params! { ":id": id.0 },
        from_row,
    )
}

/// Returns every user, oldest first.
pub(crate) fn all(db: &AccountsDb<'_>) -> Result<Vec<User>> {
    db.all(
        "SELECT id, COALESCE(unproven_email, email), display_name, role, is_active, email_verified, locked_until, deleted_at, created_at, updated_at
         FROM users ORDER BY id",
        [],
        from_row,
    )
}

/// Counts the admins that can act.
pub(crate) fn active_admins(db: &AccountsDb<'_>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM users WHERE role = 'admin' AND is_active = 1 AND deleted_at IS NULL", [], |row| {
        row.get(0)
    })
}

/// Sets whether the account may be used.
pub(crate) fn set_active(db: &AccountsDb<'_>, id: UserId, active: bool, at: &str) -> Result<()> {
    db.run(
        "UPDATE users SET is_active = :active, updated_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":active": active, ":at": at },
    )
    .map(drop)
}

/// Sets the role.
pub(crate) fn set_role(db: &AccountsDb<'_>, id: UserId, role: Role, at: &str) -> Result<()> {
    db.run(
        "UPDATE users SET role = :role, updated_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":role": role.name(), ":at": at },
    )
    .map(drop)
}

/// Sets the name shown to people.
pub(crate) fn set_name(db: &AccountsDb<'_>, id: UserId, name: &str, at: &str) -> Result<()> {
    db.run(
        "UPDATE users SET display_name = :name, updated_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":name": name, ":at": at },
    )
    .map(drop)
}

/// Sets the password's hash and lifts a lock.
pub(crate) fn set_password(db: &AccountsDb<'_>, id: UserId, hash: &str, at: &str) -> Result<()> {
    db.run(
        "UPDATE users SET password_hash = :hash, pepper_id = 1, failed_login_attempts = 0, locked_until = NULL, updated_at = :at
         WHERE id = :id",
        named_params! { ":id": id.0, ":hash": hash, ":at": at },
    )
    .map(drop)
}

/// A user with what a login is checked against.
pub(crate) struct Login {
    pub(crate) user: User,
    pub(crate) password: Option<Stored>,
}

/// Finds what a login with an address is checked against.
pub(crate) fn login(db: &AccountsDb<'_>, email: &str) -> Result<Option<Login>> {
    db.first(
        "SELECT id, COALESCE(unproven_email, email), display_name, role, is_active, email_verified, locked_until, deleted_at, created_at, updated_at,
                password_hash, pepper_id
         FROM users WHERE email = :email AND unproven_email IS NULL",
        named_params! { ":email": email },
        |row| Ok(Login { user: from_row(row)?, password: stored(row, 10)? }),
    )
}

/// Returns what a user's password is checked against.
pub(crate) fn password(db: &AccountsDb<'_>, id: UserId) -> Result<Option<Stored>> {
    let found =
        db.first("SELECT password_hash, pepper_id FROM users WHERE id = :id", named_params! { ":id": id.0 }, |row| {
            stored(row, 0)
        })?;
    Ok(found.flatten())
}

/// Pepper 0 is none: a hash that came from elsewhere, until its owner logs in.
fn stored(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Stored>> {
    let (hash, pepper): (Option<String>, i64) = (row.get(column)?, row.get(column + 1)?);
    Ok(hash.map(|hash| Stored { hash, peppered: pepper != 0 }))
}

/// Counts a wrong password and, in the same statement, locks the account after `most` in a row. A lock that is over
/// begins a new count.
pub(crate) fn fail(db: &AccountsDb<'_>, id: UserId, most: u32, lock_until: &str, now: &str) -> Result<()> {
    db.run(
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

/// Forgets the wrong passwords before a right one.
pub(crate) fn forgive(db: &AccountsDb<'_>, id: UserId) -> Result<()> {
    db.run(
        "UPDATE users SET failed_login_attempts = 0, locked_until = NULL
         WHERE id = :id AND (failed_login_attempts > 0 OR locked_until IS NOT NULL)",
        named_params! { ":id": id.0 },
    )
    .map(drop)
}

/// Lifts a lock after failed logins.
pub(crate) fn unlock(db: &AccountsDb<'_>, id: UserId, at: &str) -> Result<()> {
    db.run(
        "UPDATE users SET failed_login_attempts = 0, locked_until = NULL, updated_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":at": at },
    )
    .map(drop)
}

/// Marks a user for deletion, or takes the mark back.
pub(crate) fn set_deleted(db: &AccountsDb<'_>, id: UserId, deleted_at: Option<&str>, at: &str) -> Result<()> {
    db.run(
        "UPDATE users SET deleted_at = :deleted, updated_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":deleted": deleted_at, ":at": at },
    )
    .map(drop)
}

/// Returns the users whose deletion was asked for before an instant.
pub(crate) fn deleted_before(db: &AccountsDb<'_>, at: &str) -> Result<Vec<UserId>> {
    db.all(
        "SELECT id FROM users WHERE deleted_at IS NOT NULL AND deleted_at < :at ORDER BY id",
        named_params! { ":at": at },
        |row| row.get(0).map(UserId),
    )
}

/// Removes a user's row; keys and grants go with it.
pub(crate) fn remove(db: &AccountsDb<'_>, id: UserId) -> Result<()> {
    db.run("DELETE FROM users WHERE id = :id", named_params! { ":id": id.0 }).map(drop)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<User> {
    let role: String = row.get(3)?;
    let role = role.parse().unwrap_or(Role::Readonly);
    Ok(User {
        id: UserId(row.get(0)?),
        email: row.get(1)?,
        display_name: row.get(2)?,
        role,
        is_admin: role == Role::Admin,
        is_active: row.get(4)?,
        email_verified: row.get(5)?,
        locked_until: row.get(6)?,
        deleted_at: row.get(7)?,
        created_at: row.get(8)?,
        updated_at: row.get(9)?,
    })
}
