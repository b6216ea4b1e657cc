//! Rows that count reads, by credential, address and hour.

use rusqlite::{Row, named_params};

use crate::domain::activity::{ReadKind, ReadSummary};
use crate::domain::id::KeyId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Key of a read counter: kind, credential, address and hour.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ReadKey {
    /// `YYYY-MM-DDTHH`, UTC.
    pub(crate) hour: String,
    pub(crate) actor: String,
    pub(crate) via: String,
    /// Empty for the local machine.
    pub(crate) ip: String,
    /// Name the assistant gave itself; empty for a person.
    pub(crate) assistant: String,
    pub(crate) kind: ReadKind,
}

/// Number of reads and entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadCount {
    pub(crate) requests: i64,
    pub(crate) entries: i64,
    pub(crate) first_at: String,
    pub(crate) last_at: String,
}

/// Adds to the read counter of a key.
pub(crate) fn add(db: &NotebookDb<'_>, cell: &ReadKey, count: &ReadCount) -> Result<()> {
    db.execute(
        "INSERT INTO reads (hour, actor, via, ip, assistant, what, requests, entries, first_at, last_at)
         VALUES (:hour, :actor, :via, :ip, :assistant, :what, :requests, :entries, :first, :last)
         ON CONFLICT (hour, actor, via, ip, assistant, what) DO UPDATE SET
             requests = requests + excluded.requests, entries = entries + excluded.entries,
             first_at = MIN(first_at, excluded.first_at), last_at = MAX(last_at, excluded.last_at)",
        named_params! {
            ":hour": cell.hour, ":actor": cell.actor, ":via": cell.via, ":ip": cell.ip,
            ":assistant": cell.assistant, ":what": cell.kind.name(), ":requests": count.requests, ":entries": count.entries,
            ":first": count.first_at, ":last": count.last_at,
        },
    )
    .map(drop)
}

/// Returns the reads since an instant, latest first; with `actor`, only that actor's.
pub(crate) fn list_since(
    db: &NotebookDb<'_>,
    since: &str,
    actor: Option<&str>,
    limit: i64,
) -> Result<Vec<ReadSummary>> {
    db.query_all(
        "SELECT actor, via, ip, what, requests, entries, first_at, last_at, assistant FROM reads
         WHERE last_at >= :since AND (:actor IS NULL OR actor = :actor)
         ORDER BY last_at DESC, hour DESC, actor, via, ip, assistant, what LIMIT :limit",
        named_params! { ":since": since, ":actor": actor, ":limit": limit },
        from_row,
    )
}

/// Counts the rows since an instant.
pub(crate) fn count_since(db: &NotebookDb<'_>, since: &str) -> Result<i64> {
    db.query_one("SELECT COUNT(*) FROM reads WHERE last_at >= :since", named_params! { ":since": since }, |row| {
        row.get(0)
    })
}

/// Reserves entries of an API key's daily quota atomically; returns false if the quota would be exceeded.
pub(crate) fn reserve_quota(db: &NotebookDb<'_>, key: KeyId, day: &str, entries: i64, most: u32) -> Result<bool> {
    let changed = db.execute(
        "INSERT INTO key_reads (key_id, day, entries) SELECT :key, :day, :entries WHERE :entries <= :most
         ON CONFLICT (key_id, day) DO UPDATE SET entries = entries + excluded.entries
             WHERE entries + excluded.entries <= :most",
        named_params! { ":key": key.0, ":day": day, ":entries": entries, ":most": most },
    )?;
    Ok(changed == 1)
}

/// Returns the entries an API key has read on a day.
pub(crate) fn used_quota(db: &NotebookDb<'_>, key: KeyId, day: &str) -> Result<i64> {
    let entries = db.query_optional(
        "SELECT entries FROM key_reads WHERE key_id = :key AND day = :day",
        named_params! { ":key": key.0, ":day": day },
        |row| row.get(0),
    )?;
    Ok(entries.unwrap_or(0))
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ReadSummary> {
    let ip: String = row.get(2)?;
    Ok(ReadSummary {
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
