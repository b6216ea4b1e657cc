//! Reads the rows of an export.

mod entities;

pub(crate) use entities::{
    find_entity, list_corrections, list_corrections_in, list_entities, list_mentions, list_mentions_in,
    list_merge_candidates, list_merge_candidates_of, list_merges, list_pair_decisions, list_relationships,
    list_relationships_in,
};

use rusqlite::{Row, named_params};
use uuid::Uuid;

use crate::domain::entry::{CharRange, EntryProvenance, SourceType};
use crate::domain::export_document::{
    ExactNumber, ExportedEntry, ExportedMood, ExportedOriginal, ExportedPage, ExportedSource, ExportedSpan,
};
use crate::domain::id::EntryId;
use crate::error::{Error, Result};
use crate::storage::notebook::{NotebookDb, entries, properties, tags, versions};

/// Returns an entry with its tags, spans, sources, pages, moods and versions.
pub(crate) fn read_entry(db: &NotebookDb<'_>, id: EntryId) -> Result<Option<ExportedEntry>> {
    let found = db.query_optional(
        "SELECT id, entry_date, date_confirmed, title, source_type, raw_text, final_text, word_count, language,
                content_start_char, content_end_char, doubts_verified, entity_extraction_stale, added_by, written_by,
                created_at, updated_at, text_revision, accepted_at, entry_minute, date_guessed, date_origin
         FROM entries WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| Ok((row.get::<_, String>(4)?, entry_from_row(row)?)),
    )?;
    let Some((source_type, read_entry)) = found else { return Ok(None) };
    Ok(Some(ExportedEntry {
        source_type: source_type.parse()?,
        tags: tags::list(db, id)?,
        properties: properties::list(db, id)?,
        uncertain_spans: read_spans(db, id)?,
        sources: read_sources(db, id)?,
        pages: read_pages(db, id)?,
        moods: read_moods(db, id)?,
        history: versions::list(db, id)?,
        ..read_entry
    }))
}

fn entry_from_row(row: &Row<'_>) -> rusqlite::Result<ExportedEntry> {
    let window: (Option<i64>, Option<i64>) = (row.get(9)?, row.get(10)?);
    Ok(ExportedEntry {
        id: EntryId(row.get(0)?),
        entry_date: row.get(1)?,
        entry_minute: entries::minute_from_row(row, 19)?,
        date_guessed: row.get(20)?,
        date_origin: Some(row.get(21)?).filter(|origin: &String| !origin.is_empty()),
        date_confirmed: row.get(2)?,
        title: row.get(3)?,
        tags: Vec::new(),
        properties: Vec::new(),
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
        provenance: EntryProvenance {
            added_by: entries::author_from_row(row, 13)?,
            written_by: entries::author_from_row(row, 14)?,
        },
        sources: Vec::new(),
        pages: Vec::new(),
        moods: Vec::new(),
        history: Vec::new(),
        created_at: row.get(15)?,
        updated_at: row.get(16)?,
    })
}

fn read_spans(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<ExportedSpan>> {
    db.query_all(
        "SELECT char_start, char_end, created_at FROM entry_uncertain_spans WHERE entry_id = :entry ORDER BY id",
        named_params! { ":entry": entry.0 },
        |row| Ok(ExportedSpan { char_start: row.get(0)?, char_end: row.get(1)?, created_at: row.get(2)? }),
    )
}

fn read_sources(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<ExportedSource>> {
    let found = db.query_all(
        "SELECT s.id, s.file_path, s.file_type, s.file_hash, s.created_at, m.id, m.media_type, m.plain_bytes, m.created_at,
                s.identity, s.imported_hash
         FROM source_files s
         LEFT JOIN media m ON m.id = (SELECT MIN(o.id) FROM media o WHERE o.source_file_id = s.id)
         WHERE s.entry_id = :entry ORDER BY s.id",
        named_params! { ":entry": entry.0 },
        |row| {
            let hash: Vec<u8> = row.get(3)?;
            let source = ExportedSource {
                id: row.get(0)?,
                label: row.get(1)?,
                media_type: row.get(2)?,
                sha256: data_encoding::HEXLOWER.encode(&hash),
                identity: row.get(9)?,
                imported_sha256: row.get::<_, Option<Vec<u8>>>(10)?.map(|hash| data_encoding::HEXLOWER.encode(&hash)),
                created_at: row.get(4)?,
                original: None,
            };
            let Some(id) = row.get::<_, Option<String>>(5)? else { return Ok((source, None)) };
            Ok((source, Some((id, original_from_row(row, 6)?))))
        },
    )?;
    let named = found.into_iter().map(|(source, original)| {
        let Some((id, original)) = original else { return Ok(source) };
        Ok(ExportedSource { original: Some(ExportedOriginal { id: parse_id(&id)?, ..original }), ..source })
    });
    named.collect()
}

fn original_from_row(row: &Row<'_>, first: usize) -> rusqlite::Result<ExportedOriginal> {
    Ok(ExportedOriginal {
        id: Uuid::nil(),
        media_type: row.get(first)?,
        bytes: row.get(first + 1)?,
        created_at: row.get(first + 2)?,
    })
}

fn parse_id(id: &str) -> Result<Uuid> {
    id.parse().map_err(|error| Error::internal("a stored media id", error))
}

fn read_pages(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<ExportedPage>> {
    db.query_all(
        "SELECT page_number, raw_text, source_file_id, created_at FROM entry_pages WHERE entry_id = :entry
         ORDER BY page_number",
        named_params! { ":entry": entry.0 },
        |row| {
            Ok(ExportedPage {
                number: row.get(0)?,
                raw_text: row.get(1)?,
                source: row.get(2)?,
                created_at: row.get(3)?,
            })
        },
    )
}

fn read_moods(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<ExportedMood>> {
    db.query_all(
        "SELECT dimension, score, confidence, rationale, created_at, model, prompt_version, text_revision, owner_score, owner_at,
                owner_note
         FROM mood_scores WHERE entry_id = :entry ORDER BY dimension",
        named_params! { ":entry": entry.0 },
        |row| {
            Ok(ExportedMood {
                dimension: row.get(0)?,
                score: ExactNumber(row.get(1)?),
                confidence: row.get::<_, Option<f64>>(2)?.map(ExactNumber),
                rationale: row.get(3)?,
                created_at: row.get(4)?,
                model: row.get(5)?,
                prompt_version: row.get(6)?,
                text_revision: row.get(7)?,
                owner_score: row.get::<_, Option<f64>>(8)?.map(ExactNumber),
                owner_at: row.get(9)?,
                owner_note: row.get(10)?,
            })
        },
    )
}

/// Counts the originals of uploads without an entry yet, which an export does not contain.
pub(crate) fn count_pending_uploads(db: &NotebookDb<'_>) -> Result<u64> {
    db.query_one("SELECT COUNT(*) FROM job_files", [], |row| row.get(0))
}

/// Counts the originals of entries.
pub(crate) fn count_originals(db: &NotebookDb<'_>) -> Result<u64> {
    db.query_one("SELECT COUNT(DISTINCT source_file_id) FROM media", [], |row| row.get(0))
}

/// Returns true if a notebook has no entries, entities or originals; the trash does not count.
pub(crate) fn is_empty(db: &NotebookDb<'_>) -> Result<bool> {
    db.query_one(
        "SELECT NOT EXISTS (SELECT 1 FROM entries) AND NOT EXISTS (SELECT 1 FROM entities)
            AND NOT EXISTS (SELECT 1 FROM media WHERE trashed_entry IS NULL)",
        [],
        |row| row.get(0),
    )
}
