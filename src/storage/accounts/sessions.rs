//! Rows of sessions. Functions on one session take its owner first.

use rusqlite::{Row, named_params};

use crate::domain::id::{SessionId, UserId};
use crate::domain::session::LoginSession;
use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Row of a new session.
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

/// A session with its token hash.
pub(crate) struct StoredSession {
    pub(crate) session: LoginSession,
    /// Stored hash, for comparison in constant time.
    pub(crate) hash: Vec<u8>,
    /// True for a session imported from a Python journal-server, whose cookie has another name.
    pub(crate) imported: bool,
}

/// Finds a session by its token hash.
pub(crate) fn find_by_hash(db: &AccountsDb<'_>, hash: &[u8]) -> Result<Option<StoredSession>> {
    db.query_optional(
        "SELECT id, user_id, created_at, expires_at, last_seen_at, user_agent, ip_address, token_hash, imported
         FROM sessions WHERE token_hash = :hash",
        named_params! { ":hash": hash },
        |row| Ok(StoredSession { session: from_row(row)?, hash: row.get(7)?, imported: row.get(8)? }),
    )
}

/// Returns a user's live sessions, newest first: not expired, and last seen after `heard`.
pub(crate) fn list_live(db: &AccountsDb<'_>, owner: UserId, now: &str, heard: &str) -> Result<Vec<LoginSession>> {
    db.query_all(
        "SELECT id, user_id, created_at, expires_at, last_seen_at, user_agent, ip_address
         FROM sessions WHERE user_id = :user AND expires_at > :now AND last_seen_at > :heard ORDER BY id DESC",
        named_params! { ":user": owner.0, ":now": now, ":heard": heard },
        from_row,
    )
}

/// Records the use of a session.
pub(crate) fn record_use(db: &AccountsDb<'_>, id: SessionId, at: &str) -> Result<()> {
    db.execute("UPDATE sessions SET last_seen_at = :at WHERE id = :id", named_params! { ":id": id.0, ":at": at })
        .map(drop)
}

/// Removes one of a user's sessions; returns false if it does not exist.
pub(crate) fn remove(db: &AccountsDb<'_>, owner: UserId, id: SessionId) -> Result<bool> {
    let removed = db.execute(
        "DELETE FROM sessions WHERE user_id = :user AND id = :id",
        named_params! { ":user": owner.0, ":id": id.0 },
    )?;
    Ok(removed == 1)
}

/// Removes all of a user's sessions and returns their number.
pub(crate) fn remove_all(db: &AccountsDb<'_>, owner: UserId) -> Result<usize> {
    db.execute("DELETE FROM sessions WHERE user_id = :user", named_params! { ":user": owner.0 })
}

/// Removes a user's sessions except `kept` and returns their ids.
pub(crate) fn remove_others(db: &AccountsDb<'_>, owner: UserId, kept: Option<SessionId>) -> Result<Vec<SessionId>> {
    db.query_all(
        "DELETE FROM sessions WHERE user_id = :user AND id IS NOT :kept RETURNING id",
        named_params! { ":user": owner.0, ":kept": kept.map(|id| id.0) },
        |row| row.get(0).map(SessionId),
    )
}

/// Removes expired sessions.
pub(crate) fn purge(db: &AccountsDb<'_>, now: &str) -> Result<usize> {
    db.execute("DELETE FROM sessions WHERE expires_at <= :now", named_params! { ":now": now })
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<LoginSession> {
    Ok(LoginSession {
        id: SessionId(row.get(0)?),
        user_id: UserId(row.get(1)?),
        created_at: row.get(2)?,
        expires_at: row.get(3)?,
        last_seen_at: row.get(4)?,
        user_agent: row.get(5)?,
        ip_address: row.get(6)?,
    })
}
