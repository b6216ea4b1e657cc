//! Rows of how much was read, by credential, address and hour.

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Result;
use crate::model::activity::Read;
use crate::model::activity::Reads;
use crate::model::id::KeyId;
use crate::storage::notebook::NotebookDb;

/// Reads of one kind by one credential from one address in one hour.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Cell {
    /// `YYYY-MM-DDTHH`, UTC.
    pub(crate) hour: String,
    pub(crate) actor: String,
    pub(crate) via: String,
    /// Empty for this machine.
    pub(crate) ip: String,
    /// What the assistant calls itself; empty for a person.
    pub(crate) assistant: String,
    pub(crate) what: Read,
}

/// How much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) requests: i64,
    pub(crate) entries: i64,
    pub(crate) first_at: String,
    pub(crate) last_at: String,
}

/// Adds to what was counted before.
pub(crate) fn add(db: &NotebookDb<'_>, cell: &Cell, count: &Count) -> Result<()> {
    db.run(
        "INSERT INTO reads (hour, actor, via, ip, assistant, what, requests, entries, first_at, last_at)
         VALUES (:hour, :actor, :via, :ip, :assistant, :what, :requests, :entries, :first, :last)
         ON CONFLICT (hour, actor, via, ip, assistant, what) DO UPDATE SET
             requests = requests + excluded.requests, entries = entries + excluded.entries,
             first_at = MIN(first_at, excluded.first_at), last_at = MAX(last_at, excluded.last_at)",
        named_params! {
            ":hour": cell.hour, ":actor": cell.actor, ":via": cell.via, ":ip": cell.ip,
            ":assistant": cell.assistant, ":what": cell.what.name(), ":requests": count.requests, ":entries": count.entries,
            ":first": count.first_at, ":last": count.last_at,
        },
    )
    .map(drop)
}

/// Returns what was read since an instant, latest first; with `actor`, by that one alone.
pub(crate) fn since(db: &NotebookDb<'_>, since: &str, actor: Option<&str>, limit: i64) -> Result<Vec<Reads>> {
    db.all(
        "SELECT actor, via, ip, what, requests, entries, first_at, last_at, assistant FROM reads
         WHERE last_at >= :since AND (:actor IS NULL OR actor = :actor)
         ORDER BY last_at DESC, hour DESC, actor, via, ip, assistant, what LIMIT :limit",
        named_params! { ":since": since, ":actor": actor, ":limit": limit },
        from_row,
    )
}

/// Counts the rows since an instant.
pub(crate) fn count_since(db: &NotebookDb<'_>, since: &str) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM reads WHERE last_at >= :since", named_params! { ":since": since }, |row| row.get(0))
}

/// Adds entries to those that a key is handed on a day, unless that were more than it may be; tells whether it did.
pub(crate) fn reserve(db: &NotebookDb<'_>, key: KeyId, day: &str, entries: i64, most: u32) -> Result<bool> {
    let changed = db.run(
        "INSERT INTO key_reads (key_id, day, entries) SELECT :key, :day, :entries WHERE :entries <= :most
         ON CONFLICT (key_id, day) DO UPDATE SET entries = entries + excluded.entries
             WHERE entries + excluded.entries <= :most",
        named_params! { ":key": key.0, ":day": day, ":entries": entries, ":most": most },
    )?;
    Ok(changed == 1)
}

/// Returns how many entries a key was handed on a day.
pub(crate) fn reserved(db: &NotebookDb<'_>, key: KeyId, day: &str) -> Result<i64> {
    let entries = db.first(
        "SELECT entries FROM key_reads WHERE key_id = :key AND day = :day",
        named_params! { ":key": key.0, ":day": day },
        |row| row.get(0),
    )?;
    Ok(entries.unwrap_or(0))
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Reads> {
    let ip: String = row.get(2)?;
    Ok(Reads {
        actor: row.get(0)?,
        via: row.get(1)?,
        ip: Some(ip).filter(|ip| !ip.is_empty()),
        what: row.get(3)?,
        requests: row.get(4)?,
        entries: row.get(5)?,
        first_at: row.get(6)?,
        last_at: row.get(7)?,
        assistant: Some(row.get(8)?).filter(|name: &String| !name.is_empty()),
    })
}
