//! Everything that is an owner's, row by row, as an export tells it.

pub(crate) mod adding;
pub(crate) mod adding_meaning;
mod meaning;

pub(crate) use meaning::corrections;
pub(crate) use meaning::entities;
pub(crate) use meaning::mentions;
pub(crate) use meaning::merge_candidates;
pub(crate) use meaning::merges;
pub(crate) use meaning::pair_decisions;
pub(crate) use meaning::relationships;

use rusqlite::Row;
use rusqlite::named_params;
use uuid::Uuid;

use crate::error::Error;
use crate::error::Result;
use crate::model::entry::CharRange;
use crate::model::entry::Provenance;
use crate::model::entry::SourceType;
use crate::model::id::EntryId;
use crate::model::portable::Entry;
use crate::model::portable::Exact;
use crate::model::portable::Mood;
use crate::model::portable::Original;
use crate::model::portable::Page;
use crate::model::portable::Source;
use crate::model::portable::Span;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entries;
use crate::storage::notebook::tags;
use crate::storage::notebook::versions;

/// Returns an entry with everything that belongs to it.
pub(crate) fn entry(db: &NotebookDb<'_>, id: EntryId) -> Result<Option<Entry>> {
    let found = db.first(
        "SELECT id, entry_date, date_confirmed, title, source_type, raw_text, final_text, word_count, language,
                content_start_char, content_end_char, doubts_verified, entity_extraction_stale, added_by, written_by,
                created_at, updated_at, text_revision, accepted_at
         FROM entries WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| Ok((row.get::<_, String>(4)?, entry_from_row(row)?)),
    )?;
    let Some((source_type, entry)) = found else { return Ok(None) };
    Ok(Some(Entry {
        source_type: source_type.parse()?,
        tags: tags::of(db, id)?,
        uncertain_spans: spans(db, id)?,
        sources: sources(db, id)?,
        pages: pages(db, id)?,
        moods: moods(db, id)?,
        history: versions::all(db, id)?,
        ..entry
    }))
}

fn entry_from_row(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let window: (Option<i64>, Option<i64>) = (row.get(9)?, row.get(10)?);
    Ok(Entry {
        id: EntryId(row.get(0)?),
        entry_date: row.get(1)?,
        date_confirmed: row.get(2)?,
        title: row.get(3)?,
        tags: Vec::new(),
        source_type: SourceType::TextEntry,
        raw_text: row.get(5)?,
        final_text: row.get(6)?,
        word_count: row.get(7)?,
        language: row.get(8)?,
        content_boundary: window.0.zip(window.1).map(|(char_start, char_end)| CharRange { char_start, char_end }),
        doubts_verified: row.get(11)?,
        uncertain_spans: Vec::new(),
        entities_outdated: row.get(12)?,
        text_revision: row.get(17)?,
        accepted_at: row.get(18)?,
        provenance: Provenance { added_by: entries::author(row, 13)?, written_by: entries::author(row, 14)? },
        sources: Vec::new(),
        pages: Vec::new(),
        moods: Vec::new(),
        history: Vec::new(),
        created_at: row.get(15)?,
        updated_at: row.get(16)?,
    })
}

fn spans(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<Span>> {
    db.all(
        "SELECT char_start, char_end, created_at FROM entry_uncertain_spans WHERE entry_id = :entry ORDER BY id",
        named_params! { ":entry": entry.0 },
        |row| Ok(Span { char_start: row.get(0)?, char_end: row.get(1)?, created_at: row.get(2)? }),
    )
}

fn sources(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<Source>> {
    let found = db.all(
        "SELECT s.id, s.file_path, s.file_type, s.file_hash, s.created_at, m.id, m.media_type, m.plain_bytes, m.created_at
         FROM source_files s
         LEFT JOIN media m ON m.id = (SELECT MIN(o.id) FROM media o WHERE o.source_file_id = s.id)
         WHERE s.entry_id = :entry ORDER BY s.id",
        named_params! { ":entry": entry.0 },
        |row| {
            let hash: Vec<u8> = row.get(3)?;
            let source = Source {
                id: row.get(0)?,
                label: row.get(1)?,
                media_type: row.get(2)?,
                sha256: data_encoding::HEXLOWER.encode(&hash),
                created_at: row.get(4)?,
                original: None,
            };
            let Some(id) = row.get::<_, Option<String>>(5)? else { return Ok((source, None)) };
            Ok((source, Some((id, original_from_row(row, 6)?))))
        },
    )?;
    let named = found.into_iter().map(|(source, original)| {
        let Some((id, original)) = original else { return Ok(source) };
        Ok(Source { original: Some(Original { id: parsed(&id)?, ..original }), ..source })
    });
    named.collect()
}

fn original_from_row(row: &Row<'_>, first: usize) -> rusqlite::Result<Original> {
    Ok(Original {
        id: Uuid::nil(),
        media_type: row.get(first)?,
        bytes: row.get(first + 1)?,
        created_at: row.get(first + 2)?,
    })
}

fn parsed(id: &str) -> Result<Uuid> {
    id.parse().map_err(|error| Error::internal("a stored media id", error))
}

fn pages(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<Page>> {
    db.all(
        "SELECT page_number, raw_text, source_file_id, created_at FROM entry_pages WHERE entry_id = :entry
         ORDER BY page_number",
        named_params! { ":entry": entry.0 },
        |row| Ok(Page { number: row.get(0)?, raw_text: row.get(1)?, source: row.get(2)?, created_at: row.get(3)? }),
    )
}

fn moods(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<Mood>> {
    db.all(
        "SELECT dimension, score, confidence, rationale, created_at, model, prompt_version, text_revision, owner_score, owner_at,
                owner_note
         FROM mood_scores WHERE entry_id = :entry ORDER BY dimension",
        named_params! { ":entry": entry.0 },
        |row| {
            Ok(Mood {
                dimension: row.get(0)?,
                score: Exact(row.get(1)?),
                confidence: row.get::<_, Option<f64>>(2)?.map(Exact),
                rationale: row.get(3)?,
                created_at: row.get(4)?,
                model: row.get(5)?,
                prompt_version: row.get(6)?,
                text_revision: row.get(7)?,
                owner_score: row.get::<_, Option<f64>>(8)?.map(Exact),
                owner_at: row.get(9)?,
                owner_note: row.get(10)?,
            })
        },
    )
}

/// Counts the originals of uploads that no entry was made of yet: they are not in an export.
pub(crate) fn waiting_uploads(db: &NotebookDb<'_>) -> Result<u64> {
    db.one("SELECT COUNT(*) FROM job_files", [], |row| row.get(0))
}

/// Counts the originals that entries have.
pub(crate) fn original_count(db: &NotebookDb<'_>) -> Result<u64> {
    db.one("SELECT COUNT(DISTINCT source_file_id) FROM media", [], |row| row.get(0))
}

/// Tells whether there is nothing of its owner's in a notebook.
pub(crate) fn is_empty(db: &NotebookDb<'_>) -> Result<bool> {
    db.one(
        "SELECT NOT EXISTS (SELECT 1 FROM entries) AND NOT EXISTS (SELECT 1 FROM entities)
            AND NOT EXISTS (SELECT 1 FROM media)",
        [],
        |row| row.get(0),
    )
}
