//! One user's rows, taken out of one installation's accounts and put into another's.

use rusqlite::named_params;
use rusqlite::types::Value;

use crate::error::Result;
use crate::model::id::NotebookId;
use crate::model::id::UserId;
use crate::storage::accounts::AccountsDb;

/// What opens an account: good only where the peppers are the same.
#[derive(Default)]
pub(crate) struct Credentials {
    password_hash: Option<String>,
    pepper_id: i64,
    keys: Vec<[Value; 11]>,
    sessions: Vec<[Value; 7]>,
}

impl Credentials {
    /// Returns how many keys there are.
    pub(crate) fn keys(&self) -> usize {
        self.keys.len()
    }

    /// Tells whether there is a password.
    pub(crate) fn has_password(&self) -> bool {
        self.password_hash.is_some()
    }
}

/// Reads what opens a user's account.
pub(crate) fn credentials(db: &AccountsDb<'_>, owner: UserId) -> Result<Credentials> {
    let (password_hash, pepper_id) = db.one(
        "SELECT password_hash, pepper_id FROM users WHERE id = :user",
        named_params! { ":user": owner.0 },
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let keys = db.all(
        "SELECT key_prefix, key_hash, name, scopes, created_at, expires_at, last_used_at, last_used_from, revoked_at,
                allowed_from, boundary
         FROM api_keys WHERE user_id = :user ORDER BY id",
        named_params! { ":user": owner.0 },
        columns,
    )?;
    let sessions = db.all(
        "SELECT token_hash, created_at, expires_at, last_seen_at, user_agent, ip_address, imported
         FROM sessions WHERE user_id = :user ORDER BY id",
        named_params! { ":user": owner.0 },
        columns,
    )?;
    Ok(Credentials { password_hash, pepper_id, keys, sessions })
}

/// Gives a user what opened their account elsewhere; what is there already stays as it is.
pub(crate) fn give(db: &AccountsDb<'_>, owner: UserId, credentials: &Credentials) -> Result<()> {
    db.run(
        "UPDATE users SET password_hash = :hash, pepper_id = :pepper WHERE id = :user",
        named_params! {
            ":hash": credentials.password_hash, ":pepper": credentials.pepper_id, ":user": owner.0,
        },
    )?;
    for [prefix, hash, name, scopes, created, expires, used, used_from, revoked, allowed, boundary] in &credentials.keys
    {
        db.run(
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
        db.run(
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

/// Puts a notebook in another's place: with its name and everybody's rights to it. The other's row goes, and with it the
/// only copy of its key.
pub(crate) fn take_the_place(
    db: &AccountsDb<'_>,
    of: NotebookId,
    new: NotebookId,
    wrapped_key: &[u8],
    at: &str,
) -> Result<()> {
    db.run(
        "INSERT INTO notebooks (id, name, wrapped_key, created_at)
         SELECT :new, name, :key, :at FROM notebooks WHERE id = :old",
        named_params! { ":new": new.to_string(), ":old": of.to_string(), ":key": wrapped_key, ":at": at },
    )?;
    db.run(
        "UPDATE grants SET notebook_id = :new WHERE notebook_id = :old",
        named_params! { ":new": new.to_string(), ":old": of.to_string() },
    )?;
    db.run("DELETE FROM notebooks WHERE id = :old", named_params! { ":old": of.to_string() }).map(drop)
}

fn columns<const N: usize>(row: &rusqlite::Row<'_>) -> rusqlite::Result<[Value; N]> {
    let mut values = [const { Value::Null }; N];
    for (column, value) in values.iter_mut().enumerate() {
        *value = row.get(column)?;
    }
    Ok(values)
}
