//! Rows of logins. Functions on one session take its owner first.

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::SessionId;
use crate::model::id::UserId;
use crate::model::session::Session;
use crate::storage::accounts::AccountsDb;

/// What a new session's row needs.
pub(crate) struct NewSession<'a> {
    pub(crate) hash: &'a [u8],
    pub(crate) at: &'a str,
    pub(crate) expires_at: &'a str,
    pub(crate) user_agent: Option<&'a str>,
    pub(crate) ip: Option<&'a str>,
}

/// Adds a session.
pub(crate) fn add(db: &AccountsDb<'_>, owner: UserId, new: &NewSession<'_>) -> Result<SessionId> {
    let id = db.insert(
        "INSERT INTO sessions (user_id, token_hash, created_at, expires_at, last_seen_at, user_agent, ip_address)
         VALUES (:user, :hash, :at, :expires, :at, :agent, :ip)",
        named_params! {
            ":user": owner.0, ":hash": new.hash, ":at": new.at, ":expires": new.expires_at,
            ":agent": new.user_agent, ":ip": new.ip,
        },
    )?;
    Ok(SessionId(id))
}

/// A session with what its token is compared with.
pub(crate) struct Found {
    pub(crate) session: Session,
    /// The stored form, for a comparison in constant time.
    pub(crate) hash: Vec<u8>,
    /// Whether it was begun elsewhere, so that its cookie has another name.
    pub(crate) imported: bool,
}

/// Finds a session by its stored form.
pub(crate) fn by_hash(db: &AccountsDb<'_>, hash: &[u8]) -> Result<Option<Found>> {
    db.first(
        "SELECT id, user_id, created_at, expires_at, last_seen_at, user_agent, ip_address, token_hash, imported
         FROM sessions WHERE token_hash = :hash",
        named_params! { ":hash": hash },
        |row| Ok(Found { session: from_row(row)?, hash: row.get(7)?, imported: row.get(8)? }),
    )
}

/// Returns a user's sessions that live, newest first: those that end after now and were heard of since `heard`.
pub(crate) fn of(db: &AccountsDb<'_>, owner: UserId, now: &str, heard: &str) -> Result<Vec<Session>> {
    db.all(
        "SELECT id, user_id, created_at, expires_at, last_seen_at, user_agent, ip_address
         FROM sessions WHERE user_id = :user AND expires_at > :now AND last_seen_at > :heard ORDER BY id DESC",
        named_params! { ":user": owner.0, ":now": now, ":heard": heard },
        from_row,
    )
}

/// Notes that a session was used.
pub(crate) fn touch(db: &AccountsDb<'_>, id: SessionId, at: &str) -> Result<()> {
    db.run("UPDATE sessions SET last_seen_at = :at WHERE id = :id", named_params! { ":id": id.0, ":at": at }).map(drop)
}

/// Ends one of a user's sessions; tells whether there was one.
pub(crate) fn remove(db: &AccountsDb<'_>, owner: UserId, id: SessionId) -> Result<bool> {
    let removed = db.run(
        "DELETE FROM sessions WHERE user_id = :user AND id = :id",
        named_params! { ":user": owner.0, ":id": id.0 },
    )?;
    Ok(removed == 1)
}

/// Ends all of a user's sessions and returns how many there were.
pub(crate) fn remove_all(db: &AccountsDb<'_>, owner: UserId) -> Result<usize> {
    db.run("DELETE FROM sessions WHERE user_id = :user", named_params! { ":user": owner.0 })
}

/// Ends a user's sessions except the one named, and returns which there were.
pub(crate) fn remove_others(db: &AccountsDb<'_>, owner: UserId, kept: Option<SessionId>) -> Result<Vec<SessionId>> {
    db.all(
        "DELETE FROM sessions WHERE user_id = :user AND id IS NOT :kept RETURNING id",
        named_params! { ":user": owner.0, ":kept": kept.map(|id| id.0) },
        |row| row.get(0).map(SessionId),
    )
}

/// Removes sessions whose time is over.
pub(crate) fn purge(db: &AccountsDb<'_>, now: &str) -> Result<usize> {
    db.run("DELETE FROM sessions WHERE expires_at <= :now", named_params! { ":now": now })
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: SessionId(row.get(0)?),
        user_id: UserId(row.get(1)?),
        created_at: row.get(2)?,
        expires_at: row.get(3)?,
        last_seen_at: row.get(4)?,
        user_agent: row.get(5)?,
        ip_address: row.get(6)?,
    })
}
