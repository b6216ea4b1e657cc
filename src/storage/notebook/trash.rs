//! Rows of the trash: each deleted entry is one JSON document, its originals keep their rows.

mod restore;

pub(crate) use restore::{not_found_error, restore};

use rusqlite::named_params;
use uuid::Uuid;

use crate::domain::entry::PREVIEW_CHARS;
use crate::domain::id::{EntityId, EntryId};
use crate::domain::text;
use crate::domain::trash::{TrashedEntry, TrashedEntryDocument, TrashedOriginal};
use crate::error::{Error, Result};
use crate::storage::notebook::entities::links;
use crate::storage::notebook::{NotebookDb, entries, export_rows, uploads};

/// Moves an entry to the trash and returns its id there, the entry's if it is free; `None` if the entry does not exist.
///
/// Data that can be derived from the text, such as vectors, is deleted; jobs on the entry are too.
pub(crate) fn add(db: &NotebookDb<'_>, entry: EntryId, at: &str) -> Result<Option<EntryId>> {
    let Some(document) = read_document(db, entry)? else { return Ok(None) };
    let id = free_trash_id(db, entry)?;
    let stored =
        serde_json::to_string(&document).map_err(|error| Error::internal("serializing a deleted entry", error))?;
    let TrashedEntryDocument { entry: shown, originals, .. } = &document;
    db.execute(
        "INSERT INTO trashed_entries (id, entry_date, title, preview, word_count, originals, deleted_at, document)
         VALUES (:id, :date, :title, :preview, :words, :originals, :at, :document)",
        named_params! {
            ":id": id.0, ":date": shown.entry_date, ":title": shown.title,
            ":preview": text::preview(&shown.final_text, PREVIEW_CHARS), ":words": shown.word_count,
            ":originals": originals.len(), ":at": at, ":document": stored,
        },
    )?;
    db.execute(
        "UPDATE media SET trashed_entry = :trash
         WHERE source_file_id IN (SELECT id FROM source_files WHERE entry_id = :entry)",
        named_params! { ":trash": id.0, ":entry": entry.0 },
    )?;
    entries::remove(db, entry)?;
    Ok(Some(id))
}

fn read_document(db: &NotebookDb<'_>, id: EntryId) -> Result<Option<TrashedEntryDocument>> {
    let Some(entry) = export_rows::read_entry(db, id)? else { return Ok(None) };
    let corrections = export_rows::list_corrections_in(db, id)?;
    let mut concerned = links::list_entities(db, id)?;
    concerned.extend(corrections.iter().filter_map(|said| said.entity_id.map(EntityId)));
    concerned.sort_unstable();
    concerned.dedup();
    let (mut entities, mut merge_candidates) = (Vec::new(), Vec::new());
    for &entity in &concerned {
        entities.extend(export_rows::find_entity(db, entity)?);
        merge_candidates.extend(export_rows::list_merge_candidates_of(db, entity)?);
    }
    merge_candidates.sort_by_key(|pair| pair.id);
    merge_candidates.dedup_by_key(|pair| pair.id);
    Ok(Some(TrashedEntryDocument {
        entry,
        originals: list_originals(db, id)?,
        entities,
        mentions: export_rows::list_mentions_in(db, id)?,
        relationships: export_rows::list_relationships_in(db, id)?,
        corrections,
        merge_candidates,
    }))
}

fn list_originals(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<TrashedOriginal>> {
    let found = db.query_all(
        "SELECT m.id, s.id FROM source_files s JOIN media m ON m.source_file_id = s.id
         WHERE s.entry_id = :entry ORDER BY s.id, m.id",
        named_params! { ":entry": entry.0 },
        |row| Ok((row.get::<_, String>(0)?, row.get(1)?)),
    )?;
    let parsed = found.into_iter().map(|(media, source)| {
        let media = media.parse().map_err(|error| Error::internal("parsing a media id", error))?;
        Ok(TrashedOriginal { media, source })
    });
    parsed.collect()
}

/// Returns the entry's id, or one that neither an entry nor the trash has ever had if it is in the trash already, as
/// after an import of an older export.
fn free_trash_id(db: &NotebookDb<'_>, entry: EntryId) -> Result<EntryId> {
    db.query_one(
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM trashed_entries WHERE id = :id)
                THEN 1 + MAX((SELECT MAX(id) FROM trashed_entries),
                             (SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'entries'))
                ELSE :id END",
        named_params! { ":id": entry.0 },
        |row| row.get(0).map(EntryId),
    )
}

/// Returns a page of the trash, newest deletion first, without the time of destruction.
pub(crate) fn list(db: &NotebookDb<'_>, limit: i64, offset: i64) -> Result<Vec<TrashedEntry>> {
    db.query_all(
        "SELECT id, entry_date, title, preview, word_count, originals, deleted_at FROM trashed_entries
         ORDER BY deleted_at DESC, id DESC LIMIT :limit OFFSET :offset",
        named_params! { ":limit": limit, ":offset": offset },
        |row| {
            Ok(TrashedEntry {
                id: row.get(0).map(EntryId)?,
                entry_date: row.get(1)?,
                title: row.get(2)?,
                preview: row.get(3)?,
                word_count: row.get(4)?,
                originals: row.get(5)?,
                deleted_at: row.get(6)?,
                destroyed_from: String::new(),
            })
        },
    )
}

/// Counts the entries in the trash.
pub(crate) fn count(db: &NotebookDb<'_>) -> Result<i64> {
    db.query_one("SELECT COUNT(*) FROM trashed_entries", [], |row| row.get(0))
}

/// Returns the time of the oldest deletion in the trash.
pub(crate) fn oldest_deletion(db: &NotebookDb<'_>) -> Result<Option<String>> {
    db.query_one("SELECT MIN(deleted_at) FROM trashed_entries", [], |row| row.get(0))
}

/// Returns the ids of all entries in the trash.
pub(crate) fn list_ids(db: &NotebookDb<'_>) -> Result<Vec<EntryId>> {
    db.query_all("SELECT id FROM trashed_entries ORDER BY id", [], |row| row.get(0).map(EntryId))
}

/// Returns the entries that were deleted at or before an instant.
pub(crate) fn list_deleted_until(db: &NotebookDb<'_>, at: &str) -> Result<Vec<EntryId>> {
    db.query_all(
        "SELECT id FROM trashed_entries WHERE deleted_at <= :at ORDER BY id",
        named_params! { ":at": at },
        |row| row.get(0).map(EntryId),
    )
}

/// Removes a deleted entry and the rows of its originals, whose ids it returns; the caller removes the files after the
/// commit. `None` if it is not in the trash.
pub(crate) fn remove(db: &NotebookDb<'_>, id: EntryId) -> Result<Option<Vec<Uuid>>> {
    let originals = db.query_all(
        "DELETE FROM media WHERE trashed_entry = :id RETURNING id",
        named_params! { ":id": id.0 },
        |row| row.get::<_, String>(0),
    )?;
    let removed = db.execute("DELETE FROM trashed_entries WHERE id = :id", named_params! { ":id": id.0 })?;
    if removed == 1 { uploads::parse_ids(originals).map(Some) } else { Ok(None) }
}

#[cfg(test)]
mod tests;
