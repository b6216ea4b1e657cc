//! Rows of entries' tags.

use std::collections::HashSet;

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;

/// Returns an entry's tags, in order.
pub(crate) fn of(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<String>> {
    db.all(
        "SELECT tag FROM entry_tags WHERE entry_id = :entry ORDER BY tag",
        named_params! { ":entry": entry.0 },
        |row| row.get(0),
    )
}

/// Gives an entry these tags and no others.
pub(crate) fn set(db: &NotebookDb<'_>, entry: EntryId, tags: &[String]) -> Result<()> {
    let wanted = serde_json::json!(tags).to_string();
    db.run(
        "DELETE FROM entry_tags WHERE entry_id = :entry AND tag NOT IN (SELECT value FROM json_each(:tags))",
        named_params! { ":entry": entry.0, ":tags": wanted },
    )?;
    db.run(
        "INSERT OR IGNORE INTO entry_tags (entry_id, tag) SELECT :entry, value FROM json_each(:tags)",
        named_params! { ":entry": entry.0, ":tags": wanted },
    )
    .map(drop)
}

/// Returns the entries that have any of some tags, given as a JSON array.
pub(crate) fn entries_with(db: &NotebookDb<'_>, tags: &str) -> Result<HashSet<i64>> {
    let mut entries = HashSet::new();
    db.each(
        "SELECT entry_id FROM entry_tags WHERE tag IN (SELECT value FROM json_each(:tags))",
        named_params! { ":tags": tags },
        |row| {
            entries.insert(row.get(0)?);
            Ok(())
        },
    )?;
    Ok(entries)
}
