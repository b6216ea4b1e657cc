//! Rows of entry tags.

use std::collections::{HashMap, HashSet};

use rusqlite::named_params;

use crate::domain::access_filter::AccessFilter;
use crate::domain::id::EntryId;
use crate::domain::tag::TagCount;
use crate::error::Result;
use crate::storage::notebook::entry_access::{self, restricted_statement};
use crate::storage::notebook::{NotebookDb, search_terms};

/// Returns an entry's tags, sorted.
pub(crate) fn list(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<String>> {
    db.query_all(
        "SELECT tag FROM entry_tags WHERE entry_id = :entry ORDER BY tag",
        named_params! { ":entry": entry.0 },
        |row| row.get(0),
    )
}

/// Returns the tags of several entries, sorted; entries without tags are absent.
pub(crate) fn list_for(db: &NotebookDb<'_>, entries: &[EntryId]) -> Result<HashMap<EntryId, Vec<String>>> {
    let mut tags: HashMap<EntryId, Vec<String>> = HashMap::new();
    db.for_each_row(
        "SELECT entry_id, tag FROM entry_tags WHERE entry_id IN (SELECT value FROM json_each(:ids)) ORDER BY entry_id, tag",
        named_params! { ":ids": serde_json::json!(entries).to_string() },
        |row| {
            tags.entry(EntryId(row.get(0)?)).or_default().push(row.get(1)?);
            Ok(())
        },
    )?;
    Ok(tags)
}

/// Replaces an entry's tags.
pub(crate) fn set(db: &NotebookDb<'_>, entry: EntryId, tags: &[String]) -> Result<()> {
    let wanted = serde_json::json!(tags).to_string();
    let removed = db.execute(
        "DELETE FROM entry_tags WHERE entry_id = :entry AND tag NOT IN (SELECT value FROM json_each(:tags))",
        named_params! { ":entry": entry.0, ":tags": wanted },
    )?;
    let added = db.execute(
        "INSERT OR IGNORE INTO entry_tags (entry_id, tag) SELECT :entry, value FROM json_each(:tags)",
        named_params! { ":entry": entry.0, ":tags": wanted },
    )?;
    if removed + added > 0 { search_terms::refresh(db, entry, &list(db, entry)?) } else { Ok(()) }
}

/// Returns the entries with any of the tags in a JSON array, or one below them.
pub(crate) fn list_entries_with(db: &NotebookDb<'_>, tags: &str) -> Result<HashSet<i64>> {
    let mut entries = HashSet::new();
    // Both conditions are ranges of the index by tag; `0` is the character after `/`.
    db.for_each_row(
        "SELECT t.entry_id FROM json_each(:tags) x CROSS JOIN entry_tags t WHERE t.tag = x.value
         UNION
         SELECT t.entry_id FROM json_each(:tags) x CROSS JOIN entry_tags t
         WHERE t.tag > x.value || '/' AND t.tag < x.value || '0'",
        named_params! { ":tags": tags },
        |row| {
            entries.insert(row.get(0)?);
            Ok(())
        },
    )?;
    Ok(entries)
}

/// Counts the entries by tag within a boundary, by name of the tag.
pub(crate) fn count(db: &NotebookDb<'_>, within: &AccessFilter) -> Result<Vec<TagCount>> {
    entry_access::query_all(
        db,
        within,
        restricted_statement!(
            "SELECT g.tag, COUNT(*) FROM entry_tags g CROSS JOIN entries e INDEXED BY entries_days ON e.id = g.entry_id
             WHERE",
            "GROUP BY g.tag ORDER BY g.tag"
        ),
        &[],
        |row| Ok(TagCount { tag: row.get(0)?, entries: row.get(1)? }),
    )
}

/// Returns the entries with a tag, and every tag that is it or below it.
pub(crate) fn list_renamed(db: &NotebookDb<'_>, tag: &str) -> Result<Vec<(EntryId, String)>> {
    db.query_all(
        "SELECT entry_id, tag FROM entry_tags WHERE tag = :tag OR (tag > :tag || '/' AND tag < :tag || '0')
         ORDER BY entry_id, tag",
        named_params! { ":tag": tag },
        |row| Ok((EntryId(row.get(0)?), row.get(1)?)),
    )
}
