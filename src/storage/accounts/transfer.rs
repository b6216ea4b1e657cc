//! Transfer of one user's account rows between installations.

use rusqlite::named_params;
use rusqlite::types::Value;

use crate::domain::id::{NotebookId, UserId};
use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Credentials of an account; valid only under the same peppers.
#[derive(Default)]
pub(crate) struct TransferredCredentials {
    password_hash: Option<String>,
    pepper_id: i64,
    keys: Vec<[Value; 11]>,
    sessions: Vec<[Value; 7]>,
}

impl TransferredCredentials {
    /// Returns the number of API keys.
    pub(crate) fn key_count(&self) -> usize {
        self.keys.len()
    }

    /// Returns true if there is a password.
    pub(crate) fn has_password(&self) -> bool {
        self.password_hash.is_some()
    }
}

/// Reads a user's credentials.
pub(crate) fn read_credentials(db: &AccountsDb<'_>, owner: UserId) -> Result<TransferredCredentials> {
    let (password_hash, pepper_id) = db.query_one(
        "SELECT password_hash, pepper_id FROM users WHERE id = :user",
        named_params! { ":user": owner.0 },
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let keys = db.query_all(
        "SELECT key_prefix, key_hash, name, scopes, created_at, expires_at, last_used_at, last_used_from, revoked_at,
                allowed_from, boundary
         FROM api_keys WHERE user_id = :user ORDER BY id",
        named_params! { ":user": owner.0 },
        read_columns,
    )?;
    let sessions = db.query_all(
        "SELECT token_hash, created_at, expires_at, last_seen_at, user_agent, ip_address, imported
         FROM sessions WHERE user_id = :user ORDER BY id",
        named_params! { ":user": owner.0 },
        read_columns,
    )?;
    Ok(TransferredCredentials { password_hash, pepper_id, keys, sessions })
}

/// Stores credentials for a user: replaces the password, adds keys and sessions that do not exist yet.
pub(crate) fn restore_credentials(
    db: &AccountsDb<'_>,
    owner: UserId,
    credentials: &TransferredCredentials,
) -> Result<()> {
    db.execute(
        "UPDATE users SET password_hash = :hash, pepper_id = :pepper WHERE id = :user",
        named_params! {
            ":hash": credentials.password_hash, ":pepper": credentials.pepper_id, ":user": owner.0,
        },
    )?;
    for [prefix, hash, name, scopes, created, expires, used, used_from, revoked, allowed, boundary] in &credentials.keys
    {
        db.execute(
            "INSERT OR IGNORE INTO api_keys (user_id, key_prefix, key_hash, name, scopes, created_at, expires_at,
                                             last_used_at, last_used_from, revoked_at, allowed_from, boundary)
             VALUES (:user, :prefix, :hash, :name, :scopes, :created, :expires, :used, :used_from, :revoked, :allowed,
                     :boundary)",
            named_params! {
                ":user": owner.0, ":prefix": prefix, ":hash": hash, ":name": name, ":scopes": scopes,
                ":created": created, ":expires": expires, ":used": used, ":used_from": used_from,
                ":revoked": revoked, ":allowed": allowed, ":boundary": boundary,
            },
        )?;
    }
    for [hash, created, expires, seen, agent, ip, imported] in &credentials.sessions {
        db.execute(
            "INSERT OR IGNORE INTO sessions (user_id, token_hash, created_at, expires_at, last_seen_at, user_agent,
                                             ip_address, imported)
             VALUES (:user, :hash, :created, :expires, :seen, :agent, :ip, :imported)",
            named_params! {
                ":user": owner.0, ":hash": hash, ":created": created, ":expires": expires, ":seen": seen,
                ":agent": agent, ":ip": ip, ":imported": imported,
            },
        )?;
    }
    Ok(())
}

/// Adds a notebook that takes over name and grants of a user's notebook, and sets that one aside.
pub(crate) fn replace_notebook(
    db: &AccountsDb<'_>,
    (owner, of): (UserId, NotebookId),
    new: NotebookId,
    wrapped_key: &[u8],
    at: &str,
) -> Result<()> {
    db.execute(
        "INSERT INTO notebooks (id, name, wrapped_key, created_at)
         SELECT :new, name, :key, :at FROM notebooks WHERE id = :old",
        named_params! { ":new": new.to_string(), ":old": of.to_string(), ":key": wrapped_key, ":at": at },
    )?;
    switch_notebooks(db, (owner, of), new, at)
}

/// Moves the grants of a user's notebook to another one, and sets the first aside.
pub(crate) fn switch_notebooks(
    db: &AccountsDb<'_>,
    (owner, from): (UserId, NotebookId),
    to: NotebookId,
    at: &str,
) -> Result<()> {
    db.execute(
        "UPDATE grants SET notebook_id = :to WHERE notebook_id = :from",
        named_params! { ":to": to.to_string(), ":from": from.to_string() },
    )?;
    db.execute(
        "UPDATE notebooks SET replaced_at = NULL, replaced_owner = NULL WHERE id = :to",
        named_params! { ":to": to.to_string() },
    )?;
    db.execute(
        "UPDATE notebooks SET replaced_at = :at, replaced_owner = :owner WHERE id = :from",
        named_params! { ":from": from.to_string(), ":at": at, ":owner": owner.0 },
    )
    .map(drop)
}

fn read_columns<const N: usize>(row: &rusqlite::Row<'_>) -> rusqlite::Result<[Value; N]> {
    let mut values = [const { Value::Null }; N];
    for (column, value) in values.iter_mut().enumerate() {
        *value = row.get(column)?;
    }
    Ok(values)
}
