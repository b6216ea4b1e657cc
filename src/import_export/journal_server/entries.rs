//! Converts entries with their sources, pages, chunks, uncertain spans and mood scores.

use crate::domain::entry::{CharRange, SourceType};
use crate::domain::text;
use crate::error::Result;
use crate::import_export::journal_server::convert::{self, SourceRow};
use crate::services::ingest;
use crate::storage::database::try_insert::InsertOutcome;
use crate::storage::notebook::{NotebookDb, legacy_import};

pub(super) fn import_entry(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    let Some(raw_text) = row.cells.text("raw_text").filter(|_| row.id() > 0) else { return Ok(InsertOutcome::Invalid) };
    let final_text = row.cells.nonempty_text("final_text");
    let created_at = row.timestamp("created_at");
    let updated_at = row.optional_timestamp("updated_at").unwrap_or_else(|| created_at.clone());
    let read = row.cells.text("entry_date").and_then(|date| convert::to_iso_date(&date));
    let dated = read.is_some();
    let entry_date = read.unwrap_or_else(|| {
        row.record_correction("no valid date: the creation date is used, to be confirmed");
        created_at[..10].to_owned()
    });
    let final_text = final_text.as_deref().unwrap_or(&raw_text);
    let counted = row.cells.integer("word_count").filter(|count| *count >= 0);
    legacy_import::add_entry(
        db,
        &legacy_import::ImportedEntryRow {
            id: row.id(),
            date: &entry_date,
            source_type: source_type(row),
            window: window(row, &raw_text),
            word_count: counted.unwrap_or_else(|| text::word_count(final_text)),
            raw_text: &raw_text,
            final_text,
            language: row.cells.nonempty_text("language").as_deref().unwrap_or("en"),
            chunk_count: row.integer("chunk_count").max(0),
            extraction_stale: row.cells.flag("entity_extraction_stale"),
            doubts_verified: row.cells.flag("doubts_verified"),
            date_confirmed: dated && row.cells.flag("date_confirmed"),
            created_at: &created_at,
            updated_at: &updated_at,
        },
    )
}

/// Returns the source type; schema version 13 renamed the values.
fn source_type(row: &SourceRow<'_>) -> SourceType {
    match row.text("source_type").as_str() {
        "photo" | "ocr" => SourceType::Photo,
        "voice" => SourceType::Voice,
        "text_entry" | "manual" => SourceType::TextEntry,
        "imported_text_file" | "import" => SourceType::ImportedTextFile,
        "imported_audio_file" => SourceType::ImportedAudioFile,
        _ => {
            row.record_correction("an unknown source type: imported as typed text");
            SourceType::TextEntry
        }
    }
}

/// Returns the entry's window in the raw text; `None` unless both bounds are set.
fn window(row: &SourceRow<'_>, raw_text: &str) -> Option<CharRange> {
    let bounds = row.cells.integer("content_start_char").zip(row.cells.integer("content_end_char"));
    let (char_start, char_end) = bounds?;
    let length = i64::try_from(raw_text.chars().count()).unwrap_or(i64::MAX);
    if 0 <= char_start && char_start < char_end && char_end <= length {
        return Some(CharRange { char_start, char_end });
    }
    row.record_correction("a window outside the text");
    None
}

pub(super) fn import_source_file(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    let Some(hash) = convert::parse_sha256(&row.text("file_hash")) else { return Ok(InsertOutcome::Invalid) };
    let (label, media_type, created_at) = (row.text("file_path"), row.text("file_type"), row.timestamp("created_at"));
    legacy_import::add_source_file(
        db,
        &legacy_import::ImportedSourceFileRow {
            id: row.id(),
            entry: row.integer("entry_id"),
            label: &label,
            media_type: &media_type,
            hash: &hash,
            created_at: &created_at,
        },
    )
}

pub(super) fn import_page(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    let Some(text) = row.cells.text("raw_text") else { return Ok(InsertOutcome::Invalid) };
    legacy_import::add_page(
        db,
        &legacy_import::ImportedPageRow {
            id: row.id(),
            entry: row.integer("entry_id"),
            number: row.integer("page_number"),
            text: &ingest::without_markers(&text),
            source: row.cells.integer("source_file_id"),
            created_at: &row.timestamp("created_at"),
        },
    )
}

pub(super) fn import_chunk(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    let Some(text) = row.cells.text("chunk_text") else { return Ok(InsertOutcome::Invalid) };
    let Some(range) = range(row) else { return Ok(InsertOutcome::Invalid) };
    legacy_import::add_chunk(
        db,
        &legacy_import::ImportedChunkRow {
            id: row.id(),
            entry: row.integer("entry_id"),
            index: row.cells.integer("chunk_index"),
            text: &text,
            range,
            tokens: row.cells.integer("token_count"),
        },
    )
}

pub(super) fn import_span(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    let Some(range) = range(row) else { return Ok(InsertOutcome::Invalid) };
    legacy_import::add_uncertain_span(db, row.id(), row.integer("entry_id"), range, &row.timestamp("created_at"))
}

fn range(row: &SourceRow<'_>) -> Option<CharRange> {
    let (char_start, char_end) = (row.cells.integer("char_start")?, row.cells.integer("char_end")?);
    (0 <= char_start && char_start <= char_end).then_some(CharRange { char_start, char_end })
}

pub(super) fn import_mood(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    let confidence = row.cells.real("confidence");
    if row.cells.is_not_null("confidence") && confidence.is_none() {
        row.record_correction("an invalid confidence");
    }
    legacy_import::add_mood(
        db,
        &legacy_import::ImportedMoodRow {
            id: row.id(),
            entry: row.integer("entry_id"),
            dimension: &row.text("dimension"),
            score: row.cells.real("score"),
            confidence,
            rationale: row.cells.text("rationale").as_deref(),
            created_at: &row.timestamp("created_at"),
        },
    )
}
