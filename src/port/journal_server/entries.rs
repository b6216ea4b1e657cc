//! Entries, their pages, and what was made of them.

use crate::error::Result;
use crate::ingest;
use crate::model::entry::CharRange;
use crate::model::entry::SourceType;
use crate::model::text;
use crate::port::journal_server::values;
use crate::port::journal_server::values::Row;
use crate::storage::database::offer::Offered;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::imported;

pub(super) fn entry(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    let Some(raw_text) = row.cells.text("raw_text").filter(|_| row.id() > 0) else { return Ok(Offered::Unfit) };
    let final_text = row.cells.filled("final_text");
    let created_at = row.stamp("created_at");
    let updated_at = row.any_stamp("updated_at").unwrap_or_else(|| created_at.clone());
    let read = row.cells.text("entry_date").and_then(|date| values::date(&date));
    let dated = read.is_some();
    let entry_date = read.unwrap_or_else(|| {
        row.mend("no date: it has that of its making, to be confirmed");
        created_at[..10].to_owned()
    });
    let final_text = final_text.as_deref().unwrap_or(&raw_text);
    let counted = row.cells.integer("word_count").filter(|count| *count >= 0);
    imported::entry(
        db,
        &imported::Entry {
            id: row.id(),
            date: &entry_date,
            source_type: source_type(row),
            window: window(row, &raw_text),
            word_count: counted.unwrap_or_else(|| text::word_count(final_text)),
            raw_text: &raw_text,
            final_text,
            language: row.cells.filled("language").as_deref().unwrap_or("en"),
            chunk_count: row.integer("chunk_count").max(0),
            extraction_stale: row.cells.is_on("entity_extraction_stale"),
            doubts_verified: row.cells.is_on("doubts_verified"),
            date_confirmed: dated && row.cells.is_on("date_confirmed"),
            created_at: &created_at,
            updated_at: &updated_at,
        },
    )
}

/// Returns where the text came from; version 13 changed the names.
fn source_type(row: &Row<'_>) -> SourceType {
    match row.text("source_type").as_str() {
        "photo" | "ocr" => SourceType::Photo,
        "voice" => SourceType::Voice,
        "text_entry" | "manual" => SourceType::TextEntry,
        "imported_text_file" | "import" => SourceType::ImportedTextFile,
        "imported_audio_file" => SourceType::ImportedAudioFile,
        _ => {
            row.mend("a source that is none: it counts as typed");
            SourceType::TextEntry
        }
    }
}

/// Returns the part of the raw text that is the entry. Half a window is none.
fn window(row: &Row<'_>, raw_text: &str) -> Option<CharRange> {
    let bounds = row.cells.integer("content_start_char").zip(row.cells.integer("content_end_char"));
    let (char_start, char_end) = bounds?;
    let length = i64::try_from(raw_text.chars().count()).unwrap_or(i64::MAX);
    if 0 <= char_start && char_start < char_end && char_end <= length {
        return Some(CharRange { char_start, char_end });
    }
    row.mend("a window that lies outside the text");
    None
}

pub(super) fn source_file(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    let Some(hash) = values::sha256(&row.text("file_hash")) else { return Ok(Offered::Unfit) };
    let (label, media_type, created_at) = (row.text("file_path"), row.text("file_type"), row.stamp("created_at"));
    imported::source_file(
        db,
        &imported::SourceFile {
            id: row.id(),
            entry: row.integer("entry_id"),
            label: &label,
            media_type: &media_type,
            hash: &hash,
            created_at: &created_at,
        },
    )
}

pub(super) fn page(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    let Some(text) = row.cells.text("raw_text") else { return Ok(Offered::Unfit) };
    imported::page(
        db,
        &imported::Page {
            id: row.id(),
            entry: row.integer("entry_id"),
            number: row.integer("page_number"),
            text: &ingest::without_markers(&text),
            source: row.cells.integer("source_file_id"),
            created_at: &row.stamp("created_at"),
        },
    )
}

pub(super) fn chunk(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    let Some(text) = row.cells.text("chunk_text") else { return Ok(Offered::Unfit) };
    let Some(range) = range(row) else { return Ok(Offered::Unfit) };
    imported::chunk(
        db,
        &imported::Chunk {
            id: row.id(),
            entry: row.integer("entry_id"),
            index: row.cells.integer("chunk_index"),
            text: &text,
            range,
            tokens: row.cells.integer("token_count"),
        },
    )
}

pub(super) fn span(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    let Some(range) = range(row) else { return Ok(Offered::Unfit) };
    imported::span(db, row.id(), row.integer("entry_id"), range, &row.stamp("created_at"))
}

fn range(row: &Row<'_>) -> Option<CharRange> {
    let (char_start, char_end) = (row.cells.integer("char_start")?, row.cells.integer("char_end")?);
    (0 <= char_start && char_start <= char_end).then_some(CharRange { char_start, char_end })
}

pub(super) fn mood(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    let confidence = row.cells.real("confidence");
    if row.cells.holds("confidence") && confidence.is_none() {
        row.mend("a confidence that is no number");
    }
    imported::mood(
        db,
        &imported::Mood {
            id: row.id(),
            entry: row.integer("entry_id"),
            dimension: &row.text("dimension"),
            score: row.cells.real("score"),
            confidence,
            rationale: row.cells.text("rationale").as_deref(),
            created_at: &row.stamp("created_at"),
        },
    )
}
