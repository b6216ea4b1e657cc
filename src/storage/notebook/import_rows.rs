//! Inserts the rows of an export into an empty notebook under their original ids.

pub(crate) mod entities;

use rusqlite::{ErrorCode, named_params};

use crate::domain::calendar::EntryMinute;
use crate::domain::entry::AssistantAuthor;
use crate::domain::export_document::{ExportedEntry, ExportedOriginal, ExportedSource};
use crate::domain::id::EntryId;
use crate::error::{Error, Result};
use crate::storage::media::SealedFile;
use crate::storage::notebook::{NotebookDb, entries, properties, search_terms, tags};

/// Adds an entry with its tags, sources, pages, spans, moods and versions, without its originals.
///
/// # Errors
/// `Invalid` for an inconsistent export, such as a duplicate id.
pub(crate) fn add_entry(db: &NotebookDb<'_>, entry: &ExportedEntry) -> Result<()> {
    insert_entry_rows(db, entry).map_err(inconsistency_error)
}

fn insert_entry_rows(db: &NotebookDb<'_>, entry: &ExportedEntry) -> Result<()> {
    let (start, end) = entry.content_boundary.map(|window| (window.char_start, window.char_end)).unzip();
    db.execute(
        "INSERT INTO entries (id, entry_date, date_confirmed, title, source_type, raw_text, final_text, word_count, language,
                              content_start_char, content_end_char, doubts_verified, entity_extraction_stale, added_by,
                              written_by, created_at, updated_at, text_revision, accepted_at, entry_minute, date_guessed,
                              date_origin)
         VALUES (:id, :date, :confirmed, :title, :source, :raw, :final, :words, :language, :start, :end, :verified, :stale,
                 :added, :written, :created, :updated, :revision, :accepted, :minute, :guessed, :origin)",
        named_params! {
            ":id": entry.id.0, ":date": entry.entry_date, ":confirmed": entry.date_confirmed, ":title": entry.title,
            ":source": entry.source_type.name(), ":raw": entry.raw_text, ":final": entry.final_text,
            ":words": entry.word_count, ":language": entry.language, ":start": start, ":end": end,
            ":verified": entry.doubts_verified, ":stale": entry.entities_outdated,
            ":added": author_json(entry.provenance.added_by.as_ref())?, ":written": author_json(entry.provenance.written_by.as_ref())?,
            ":created": entry.created_at, ":updated": entry.updated_at, ":revision": entry.text_revision,
            ":accepted": entry.accepted_at, ":minute": entry.entry_minute.map(EntryMinute::minutes), ":guessed": entry.date_guessed,
            ":origin": entry.date_origin.as_deref().unwrap_or_default(),
        },
    )?;
    tags::set(db, entry.id, &entry.tags)?;
    properties::set(db, entry.id, &entry.properties)?;
    search_terms::refresh(db, entry.id, &tags::list(db, entry.id)?)?;
    for source in &entry.sources {
        add_source(db, entry.id, source)?;
    }
    for page in &entry.pages {
        db.execute(
            "INSERT INTO entry_pages (entry_id, page_number, raw_text, source_file_id, created_at)
             VALUES (:entry, :number, :text, :source, :at)",
            named_params! {
                ":entry": entry.id.0, ":number": page.number, ":text": page.raw_text, ":source": page.source,
                ":at": page.created_at,
            },
        )?;
    }
    for span in &entry.uncertain_spans {
        db.execute(
            "INSERT INTO entry_uncertain_spans (entry_id, char_start, char_end, created_at)
             VALUES (:entry, :start, :end, :at)",
            named_params! {
                ":entry": entry.id.0, ":start": span.char_start, ":end": span.char_end, ":at": span.created_at,
            },
        )?;
    }
    add_moods(db, entry)?;
    add_versions(db, entry)
}

fn author_json(author: Option<&AssistantAuthor>) -> Result<Option<String>> {
    author.map(entries::author_json).transpose()
}

fn add_moods(db: &NotebookDb<'_>, entry: &ExportedEntry) -> Result<()> {
    for mood in &entry.moods {
        db.execute(
            "INSERT INTO mood_scores (entry_id, dimension, score, confidence, rationale, created_at, model, prompt_version,
                                      text_revision, owner_score, owner_at, owner_note)
             VALUES (:entry, :dimension, :score, :confidence, :rationale, :at, :model, :version, :revision, :own, :said,
                     :note)",
            named_params! {
                ":entry": entry.id.0, ":dimension": mood.dimension, ":score": mood.score.0,
                ":confidence": mood.confidence.map(|confidence| confidence.0), ":rationale": mood.rationale,
                ":at": mood.created_at, ":model": mood.model, ":version": mood.prompt_version,
                ":revision": mood.text_revision, ":own": mood.owner_score.map(|score| score.0), ":said": mood.owner_at,
                ":note": mood.owner_note,
            },
        )?;
    }
    Ok(())
}

fn add_versions(db: &NotebookDb<'_>, entry: &ExportedEntry) -> Result<()> {
    for version in &entry.history {
        db.execute(
            "INSERT INTO entry_versions (entry_id, version, entry_date, entry_minute, title, final_text, word_count,
                                         replaced_at, written_by)
             VALUES (:entry, :version, :date, :minute, :title, :text, :words, :at, :by)",
            named_params! {
                ":entry": entry.id.0, ":version": version.version, ":date": version.entry_date,
                ":minute": version.entry_minute.map(EntryMinute::minutes),
                ":title": version.title, ":text": version.final_text, ":words": version.word_count,
                ":at": version.replaced_at, ":by": author_json(version.written_by.as_ref())?,
            },
        )?;
    }
    Ok(())
}

fn add_source(db: &NotebookDb<'_>, entry: EntryId, source: &ExportedSource) -> Result<()> {
    let decode = |hex: &String| {
        data_encoding::HEXLOWER
            .decode(hex.as_bytes())
            .map_err(|error| Error::invalid("the export contains an invalid hash").caused_by(error))
    };
    let (hash, imported) = (decode(&source.sha256)?, source.imported_sha256.as_ref().map(decode).transpose()?);
    db.execute(
        "INSERT INTO source_files (id, entry_id, file_path, file_type, file_hash, created_at, identity, imported_hash)
         VALUES (:id, :entry, :label, :type, :hash, :at, :identity, :imported)",
        named_params! {
            ":id": source.id, ":entry": entry.0, ":label": source.label, ":type": source.media_type, ":hash": hash,
            ":at": source.created_at, ":identity": source.identity, ":imported": imported,
        },
    )
    .map(drop)
}

/// Adds the sealed original of a source.
pub(crate) fn add_original(
    db: &NotebookDb<'_>,
    source: i64,
    original: &ExportedOriginal,
    sealed: &SealedFile,
) -> Result<()> {
    db.execute(
        "INSERT INTO media (id, source_file_id, media_type, plain_bytes, sealed_hash, created_at)
         VALUES (:id, :source, :type, :bytes, :hash, :at)",
        named_params! {
            ":id": original.id.to_string(), ":source": source, ":type": original.media_type,
            ":bytes": sealed.plain_bytes, ":hash": sealed.hash, ":at": original.created_at,
        },
    )
    .map(drop)
    .map_err(inconsistency_error)
}

/// Maps a constraint violation to an error about the export.
pub(crate) fn inconsistency_error(error: Error) -> Error {
    let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<rusqlite::Error>());
    if cause.and_then(rusqlite::Error::sqlite_error_code) != Some(ErrorCode::ConstraintViolation) {
        return error;
    }
    Error::invalid("the export is inconsistent: an id occurs twice, or a referenced row is missing")
        .hint("export the journal again; nothing was changed")
        .caused_by(error)
}
