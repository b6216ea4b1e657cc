//! Inserts imported entries and the data derived from them.

use rusqlite::named_params;

use crate::domain::entry::{CharRange, SourceType};
use crate::error::Result;
use crate::storage::database::try_insert::InsertOutcome;
use crate::storage::notebook::{NotebookDb, search_terms};

/// An imported entry.
pub(crate) struct ImportedEntryRow<'a> {
    pub(crate) id: i64,
    pub(crate) date: &'a str,
    pub(crate) source_type: SourceType,
    pub(crate) raw_text: &'a str,
    pub(crate) final_text: &'a str,
    pub(crate) word_count: i64,
    pub(crate) language: &'a str,
    pub(crate) chunk_count: i64,
    pub(crate) extraction_stale: bool,
    pub(crate) doubts_verified: bool,
    pub(crate) date_confirmed: bool,
    pub(crate) window: Option<CharRange>,
    pub(crate) created_at: &'a str,
    pub(crate) updated_at: &'a str,
}

/// Adds an entry; triggers update the full-text index.
pub(crate) fn add_entry(db: &NotebookDb<'_>, new: &ImportedEntryRow<'_>) -> Result<InsertOutcome> {
    let (start, end) = new.window.map(|window| (window.char_start, window.char_end)).unzip();
    db.try_insert(
        "INSERT INTO entries (id, entry_date, source_type, raw_text, final_text, word_count, language, chunk_count,
                              entity_extraction_stale, doubts_verified, date_confirmed, content_start_char,
                              content_end_char, created_at, updated_at, search_terms)
         VALUES (:id, :date, :source, :raw, :final, :words, :language, :chunks, :stale, :verified, :confirmed, :start,
                 :end, :created, :updated, :terms)",
        named_params! {
            ":id": new.id, ":date": new.date, ":source": new.source_type.name(), ":raw": new.raw_text,
            ":final": new.final_text, ":words": new.word_count, ":language": new.language,
            ":chunks": new.chunk_count, ":stale": new.extraction_stale, ":verified": new.doubts_verified,
            ":confirmed": new.date_confirmed, ":start": start, ":end": end, ":created": new.created_at,
            ":updated": new.updated_at, ":terms": search_terms::of(None, new.final_text, &[]),
        },
    )
}

/// An imported source file.
pub(crate) struct ImportedSourceFileRow<'a> {
    pub(crate) id: i64,
    pub(crate) entry: i64,
    pub(crate) label: &'a str,
    pub(crate) media_type: &'a str,
    pub(crate) hash: &'a [u8],
    pub(crate) created_at: &'a str,
}

/// Adds a source file.
pub(crate) fn add_source_file(db: &NotebookDb<'_>, new: &ImportedSourceFileRow<'_>) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO source_files (id, entry_id, file_path, file_type, file_hash, created_at)
         VALUES (:id, :entry, :label, :type, :hash, :at)",
        named_params! {
            ":id": new.id, ":entry": new.entry, ":label": new.label, ":type": new.media_type, ":hash": new.hash,
            ":at": new.created_at,
        },
    )
}

/// An imported page.
pub(crate) struct ImportedPageRow<'a> {
    pub(crate) id: i64,
    pub(crate) entry: i64,
    pub(crate) number: i64,
    pub(crate) text: &'a str,
    pub(crate) source: Option<i64>,
    pub(crate) created_at: &'a str,
}

/// Adds a page; a source file of another entry is dropped.
pub(crate) fn add_page(db: &NotebookDb<'_>, new: &ImportedPageRow<'_>) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO entry_pages (id, entry_id, page_number, raw_text, source_file_id, created_at)
         VALUES (:id, :entry, :number, :text,
                 (SELECT id FROM source_files WHERE id = :source AND entry_id = :entry), :at)",
        named_params! {
            ":id": new.id, ":entry": new.entry, ":number": new.number, ":text": new.text, ":source": new.source,
            ":at": new.created_at,
        },
    )
}

/// An imported chunk.
pub(crate) struct ImportedChunkRow<'a> {
    pub(crate) id: i64,
    pub(crate) entry: i64,
    pub(crate) index: Option<i64>,
    pub(crate) text: &'a str,
    pub(crate) range: CharRange,
    pub(crate) tokens: Option<i64>,
}

/// Adds a chunk without a vector.
pub(crate) fn add_chunk(db: &NotebookDb<'_>, new: &ImportedChunkRow<'_>) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO entry_chunks (id, entry_id, chunk_index, chunk_text, char_start, char_end, token_count)
         VALUES (:id, :entry, :index, :text, :start, :end, :tokens)",
        named_params! {
            ":id": new.id, ":entry": new.entry, ":index": new.index, ":text": new.text,
            ":start": new.range.char_start, ":end": new.range.char_end, ":tokens": new.tokens,
        },
    )
}

/// Adds an uncertain span that is within its entry's raw text.
pub(crate) fn add_uncertain_span(
    db: &NotebookDb<'_>,
    id: i64,
    entry: i64,
    range: CharRange,
    at: &str,
) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO entry_uncertain_spans (id, entry_id, char_start, char_end, created_at)
         SELECT :id, id, :start, :end, :at FROM entries WHERE id = :entry AND :end <= LENGTH(raw_text)",
        named_params! {
            ":id": id, ":entry": entry, ":start": range.char_start, ":end": range.char_end, ":at": at,
        },
    )
}

/// An imported mood score.
pub(crate) struct ImportedMoodRow<'a> {
    pub(crate) id: i64,
    pub(crate) entry: i64,
    pub(crate) dimension: &'a str,
    pub(crate) score: Option<f64>,
    pub(crate) confidence: Option<f64>,
    pub(crate) rationale: Option<&'a str>,
    pub(crate) created_at: &'a str,
}

/// Adds a mood score.
pub(crate) fn add_mood(db: &NotebookDb<'_>, new: &ImportedMoodRow<'_>) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO mood_scores (id, entry_id, dimension, score, confidence, rationale, created_at)
         VALUES (:id, :entry, :dimension, :score, :confidence, :rationale, :at)",
        named_params! {
            ":id": new.id, ":entry": new.entry, ":dimension": new.dimension, ":score": new.score,
            ":confidence": new.confidence, ":rationale": new.rationale, ":at": new.created_at,
        },
    )
}
