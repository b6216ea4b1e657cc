//! Rows of an export, put into an empty notebook under the numbers that they had.

use rusqlite::ErrorCode;
use rusqlite::named_params;

use crate::error::Error;
use crate::error::Result;
use crate::model::id::EntryId;
use crate::model::portable::Entity;
use crate::model::portable::Entry;
use crate::model::portable::Mention;
use crate::model::portable::Merge;
use crate::model::portable::MergeCandidate;
use crate::model::portable::Original;
use crate::model::portable::PairDecision;
use crate::model::portable::Relationship;
use crate::model::portable::Source;
use crate::storage::media::Sealed;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entries;
use crate::storage::notebook::tags;

/// Adds an entry with everything that belongs to it, but for its originals.
///
/// # Errors
/// `Invalid` for what contradicts itself, such as a number that is there twice.
pub(crate) fn add_entry(db: &NotebookDb<'_>, entry: &Entry) -> Result<()> {
    entry_rows(db, entry).map_err(contradiction)
}

fn entry_rows(db: &NotebookDb<'_>, entry: &Entry) -> Result<()> {
    let (start, end) = entry.content_boundary.map(|window| (window.char_start, window.char_end)).unzip();
    let by = |author: Option<&crate::model::entry::Author>| author.map(entries::written_down).transpose();
    db.run(
        "INSERT INTO entries (id, entry_date, date_confirmed, title, source_type, raw_text, final_text, word_count, language,
                              content_start_char, content_end_char, doubts_verified, entity_extraction_stale, added_by,
                              written_by, created_at, updated_at)
         VALUES (:id, :date, :confirmed, :title, :source, :raw, :final, :words, :language, :start, :end, :verified, :stale,
                 :added, :written, :created, :updated)",
        named_params! {
            ":id": entry.id.0, ":date": entry.entry_date, ":confirmed": entry.date_confirmed, ":title": entry.title,
            ":source": entry.source_type.name(), ":raw": entry.raw_text, ":final": entry.final_text,
            ":words": entry.word_count, ":language": entry.language, ":start": start, ":end": end,
            ":verified": entry.doubts_verified, ":stale": entry.entities_outdated,
            ":added": by(entry.provenance.added_by.as_ref())?, ":written": by(entry.provenance.written_by.as_ref())?,
            ":created": entry.created_at, ":updated": entry.updated_at,
        },
    )?;
    tags::set(db, entry.id, &entry.tags)?;
    for source in &entry.sources {
        add_source(db, entry.id, source)?;
    }
    for page in &entry.pages {
        db.run(
            "INSERT INTO entry_pages (entry_id, page_number, raw_text, source_file_id, created_at)
             VALUES (:entry, :number, :text, :source, :at)",
            named_params! {
                ":entry": entry.id.0, ":number": page.number, ":text": page.raw_text, ":source": page.source,
                ":at": page.created_at,
            },
        )?;
    }
    for span in &entry.uncertain_spans {
        db.run(
            "INSERT INTO entry_uncertain_spans (entry_id, char_start, char_end, created_at)
             VALUES (:entry, :start, :end, :at)",
            named_params! {
                ":entry": entry.id.0, ":start": span.char_start, ":end": span.char_end, ":at": span.created_at,
            },
        )?;
    }
    for mood in &entry.moods {
        db.run(
            "INSERT INTO mood_scores (entry_id, dimension, score, confidence, rationale, created_at)
             VALUES (:entry, :dimension, :score, :confidence, :rationale, :at)",
            named_params! {
                ":entry": entry.id.0, ":dimension": mood.dimension, ":score": mood.score.0,
                ":confidence": mood.confidence.map(|confidence| confidence.0), ":rationale": mood.rationale,
                ":at": mood.created_at,
            },
        )?;
    }
    for version in &entry.history {
        db.run(
            "INSERT INTO entry_versions (entry_id, version, entry_date, title, final_text, word_count, replaced_at,
                                         written_by)
             VALUES (:entry, :version, :date, :title, :text, :words, :at, :by)",
            named_params! {
                ":entry": entry.id.0, ":version": version.version, ":date": version.entry_date,
                ":title": version.title, ":text": version.final_text, ":words": version.word_count,
                ":at": version.replaced_at, ":by": by(version.written_by.as_ref())?,
            },
        )?;
    }
    Ok(())
}

fn add_source(db: &NotebookDb<'_>, entry: EntryId, source: &Source) -> Result<()> {
    let hash = data_encoding::HEXLOWER.decode(source.sha256.as_bytes());
    let hash = hash.map_err(|error| Error::invalid("the export has a hash that is none").caused_by(error))?;
    db.run(
        "INSERT INTO source_files (id, entry_id, file_path, file_type, file_hash, created_at)
         VALUES (:id, :entry, :label, :type, :hash, :at)",
        named_params! {
            ":id": source.id, ":entry": entry.0, ":label": source.label, ":type": source.media_type, ":hash": hash,
            ":at": source.created_at,
        },
    )
    .map(drop)
}

/// Adds an original of a source that was sealed just now.
pub(crate) fn add_original(db: &NotebookDb<'_>, source: i64, original: &Original, sealed: &Sealed) -> Result<()> {
    db.run(
        "INSERT INTO media (id, source_file_id, media_type, plain_bytes, sealed_hash, created_at)
         VALUES (:id, :source, :type, :bytes, :hash, :at)",
        named_params! {
            ":id": original.id.to_string(), ":source": source, ":type": original.media_type,
            ":bytes": sealed.plain_bytes, ":hash": sealed.hash, ":at": original.created_at,
        },
    )
    .map(drop)
    .map_err(contradiction)
}

/// Adds an entity with its other names.
pub(crate) fn add_entity(db: &NotebookDb<'_>, entity: &Entity) -> Result<()> {
    let added = db.run(
        "INSERT INTO entities (id, entity_type, canonical_name, description, first_seen, is_quarantined,
                               quarantine_reason, quarantined_at, created_at, updated_at)
         VALUES (:id, :type, :name, :description, :seen, :quarantined, :reason, :since, :created, :updated)",
        named_params! {
            ":id": entity.id, ":type": entity.entity_type, ":name": entity.canonical_name,
            ":description": entity.description, ":seen": entity.first_seen, ":quarantined": entity.is_quarantined,
            ":reason": entity.quarantine_reason, ":since": entity.quarantined_at, ":created": entity.created_at,
            ":updated": entity.updated_at,
        },
    );
    added.map_err(contradiction)?;
    for alias in &entity.aliases {
        db.run(
            "INSERT INTO entity_aliases (entity_id, alias_normalised, created_at) VALUES (:entity, :alias, :at)",
            named_params! { ":entity": entity.id, ":alias": alias.alias, ":at": alias.created_at },
        )
        .map_err(contradiction)?;
    }
    Ok(())
}

/// Adds a mention.
pub(crate) fn add_mention(db: &NotebookDb<'_>, mention: &Mention) -> Result<()> {
    db.run(
        "INSERT INTO entity_mentions (id, entity_id, entry_id, quote, confidence, extraction_run_id, match_source,
                                      created_at)
         VALUES (:id, :entity, :entry, :quote, :confidence, :run, :match, :at)",
        named_params! {
            ":id": mention.id, ":entity": mention.entity_id, ":entry": mention.entry_id.0, ":quote": mention.quote,
            ":confidence": mention.confidence.0, ":run": mention.extraction_run_id, ":match": mention.match_source,
            ":at": mention.created_at,
        },
    )
    .map(drop)
    .map_err(contradiction)
}

/// Adds a relationship.
pub(crate) fn add_relationship(db: &NotebookDb<'_>, relationship: &Relationship) -> Result<()> {
    db.run(
        "INSERT INTO entity_relationships (id, subject_entity_id, predicate, object_entity_id, quote, entry_id,
                                           confidence, extraction_run_id, created_at)
         VALUES (:id, :subject, :predicate, :object, :quote, :entry, :confidence, :run, :at)",
        named_params! {
            ":id": relationship.id, ":subject": relationship.subject_entity_id, ":predicate": relationship.predicate,
            ":object": relationship.object_entity_id, ":quote": relationship.quote, ":entry": relationship.entry_id.0,
            ":confidence": relationship.confidence.0, ":run": relationship.extraction_run_id,
            ":at": relationship.created_at,
        },
    )
    .map(drop)
    .map_err(contradiction)
}

/// Adds a pair that may be one.
pub(crate) fn add_merge_candidate(db: &NotebookDb<'_>, pair: &MergeCandidate) -> Result<()> {
    db.run(
        "INSERT INTO entity_merge_candidates (id, entity_id_a, entity_id_b, similarity, status, extraction_run_id,
                                              created_at, updated_at, resolved_at)
         VALUES (:id, :a, :b, :similarity, :status, :run, :created, :updated, :resolved)",
        named_params! {
            ":id": pair.id, ":a": pair.entity_id_a, ":b": pair.entity_id_b, ":similarity": pair.similarity.0,
            ":status": pair.status, ":run": pair.extraction_run_id, ":created": pair.created_at,
            ":updated": pair.updated_at, ":resolved": pair.resolved_at,
        },
    )
    .map(drop)
    .map_err(contradiction)
}

/// Adds a merge.
pub(crate) fn add_merge(db: &NotebookDb<'_>, merge: &Merge) -> Result<()> {
    db.run(
        "INSERT INTO entity_merge_history (id, survivor_id, absorbed_id, absorbed_name, absorbed_type, absorbed_desc,
                                           absorbed_aliases, absorbed_is_quarantined, absorbed_quarantine_reason,
                                           absorbed_quarantined_at, merged_at, merged_by)
         VALUES (:id, :survivor, :absorbed, :name, :type, :description, :aliases, :quarantined, :reason, :since, :at, :by)",
        named_params! {
            ":id": merge.id, ":survivor": merge.survivor_id, ":absorbed": merge.absorbed_id,
            ":name": merge.absorbed_name, ":type": merge.absorbed_type, ":description": merge.absorbed_desc,
            ":aliases": merge.absorbed_aliases, ":quarantined": merge.absorbed_is_quarantined,
            ":reason": merge.absorbed_quarantine_reason, ":since": merge.absorbed_quarantined_at,
            ":at": merge.merged_at, ":by": merge.merged_by,
        },
    )
    .map(drop)
    .map_err(contradiction)
}

/// Adds a pair that was told to be two.
pub(crate) fn add_pair_decision(db: &NotebookDb<'_>, pair: &PairDecision) -> Result<()> {
    db.run(
        "INSERT INTO entity_pair_decisions (id, entity_id_lo, entity_id_hi, decision, decided_at)
         VALUES (:id, :lo, :hi, :decision, :at)",
        named_params! {
            ":id": pair.id, ":lo": pair.entity_id_lo, ":hi": pair.entity_id_hi, ":decision": pair.decision,
            ":at": pair.decided_at,
        },
    )
    .map(drop)
    .map_err(contradiction)
}

/// Turns what the schema refuses into what is wrong with the export.
fn contradiction(error: Error) -> Error {
    let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<rusqlite::Error>());
    if cause.and_then(rusqlite::Error::sqlite_error_code) != Some(ErrorCode::ConstraintViolation) {
        return error;
    }
    Error::invalid(
        "the export contradicts itself: a number is there twice, or something is missing that is referred to",
    )
    .hint("export the journal again; nothing was changed")
    .caused_by(error)
}
