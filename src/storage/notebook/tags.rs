//! Rows of entry tags.

use std::collections::HashSet;

use rusqlite::named_params;

use crate::domain::id::EntryId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Returns an entry's tags, sorted.
pub(crate) fn list(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<String>> {
    db.query_all(
        "SELECT tag FROM entry_tags WHERE entry_id = :entry ORDER BY tag",
        named_params! { ":entry": entry.0 },
        |row| row.get(0),
    )
}

/// Replaces an entry's tags.
pub(crate) fn set(db: &NotebookDb<'_>, entry: EntryId, tags: &[String]) -> Result<()> {
    let wanted = serde_json::json!(tags).to_string();
    db.execute(
        "DELETE FROM entry_tags WHERE entry_id = :entry AND tag NOT IN (SELECT value FROM json_each(:tags))",
        named_params! { ":entry": entry.0, ":tags": wanted },
    )?;
    db.execute(
        "INSERT OR IGNORE INTO entry_tags (entry_id, tag) SELECT :entry, value FROM json_each(:tags)",
        named_params! { ":entry": entry.0, ":tags": wanted },
    )
    .map(drop)
}

/// Returns the entries with any of the tags in a JSON array.
pub(crate) fn list_entries_with(db: &NotebookDb<'_>, tags: &str) -> Result<HashSet<i64>> {
    let mut entries = HashSet::new();
    db.for_each_row(
        "SELECT entry_id FROM entry_tags WHERE tag IN (SELECT value FROM json_each(:tags))",
        named_params! { ":tags": tags },
        |row| {
            entries.insert(row.get(0)?);
            Ok(())
        },
    )?;
    Ok(entries)
}
