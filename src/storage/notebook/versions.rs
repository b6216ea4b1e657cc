//! Rows of earlier entry versions.

use rusqlite::{Row, named_params};

use crate::domain::entry::EntryVersion;
use crate::domain::id::EntryId;
use crate::error::Result;
use crate::storage::notebook::{NotebookDb, entries};

/// Stores the current state of an entry as its next version.
pub(crate) fn add_current(db: &NotebookDb<'_>, id: EntryId, at: &str) -> Result<()> {
    db.execute(
        "INSERT INTO entry_versions (entry_id, version, entry_date, entry_minute, title, final_text, word_count, replaced_at,
                                     written_by)
         SELECT id, 1 + (SELECT COALESCE(MAX(version), 0) FROM entry_versions v WHERE v.entry_id = e.id),
                entry_date, entry_minute, title, final_text, word_count, :at, written_by
         FROM entries e WHERE id = :id",
        named_params! { ":id": id.0, ":at": at },
    )
    .map(drop)
}

/// Returns an entry's earlier versions, oldest first.
pub(crate) fn list(db: &NotebookDb<'_>, id: EntryId) -> Result<Vec<EntryVersion>> {
    db.query_all(
        "SELECT version, entry_date, title, final_text, word_count, replaced_at, written_by, entry_minute
         FROM entry_versions WHERE entry_id = :id ORDER BY version",
        named_params! { ":id": id.0 },
        from_row,
    )
}

/// Finds an earlier version.
pub(crate) fn find(db: &NotebookDb<'_>, id: EntryId, version: i64) -> Result<Option<EntryVersion>> {
    db.query_optional(
        "SELECT version, entry_date, title, final_text, word_count, replaced_at, written_by, entry_minute
         FROM entry_versions WHERE entry_id = :id AND version = :version",
        named_params! { ":id": id.0, ":version": version },
        from_row,
    )
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<EntryVersion> {
    Ok(EntryVersion {
        version: row.get(0)?,
        entry_date: row.get(1)?,
        title: row.get(2)?,
        final_text: row.get(3)?,
        word_count: row.get(4)?,
        replaced_at: row.get(5)?,
        written_by: entries::author_from_row(row, 6)?,
        entry_minute: entries::minute_from_row(row, 7)?,
    })
}
