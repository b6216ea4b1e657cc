//! Inserts the entities of an export into an empty notebook under their original ids.

use rusqlite::named_params;

use crate::domain::export_document::{
    ExportedCorrection, ExportedEntity, ExportedMention, ExportedMerge, ExportedMergeCandidate, ExportedPairDecision,
    ExportedRelationship,
};
use crate::error::Result;
use crate::storage::notebook::import_rows::inconsistency_error;
use crate::storage::notebook::{NotebookDb, legacy_import};

/// Adds an entity with its aliases and refused aliases.
pub(crate) fn add_entity(db: &NotebookDb<'_>, entity: &ExportedEntity) -> Result<()> {
    let added = db.execute(
        "INSERT INTO entities (id, entity_type, canonical_name, description, first_seen, is_quarantined,
                               quarantine_reason, quarantined_at, created_at, updated_at, is_curated)
         VALUES (:id, :type, :name, :description, :seen, :quarantined, :reason, :since, :created, :updated, :curated)",
        named_params! {
            ":id": entity.id, ":type": entity.entity_type, ":name": entity.canonical_name,
            ":description": entity.description, ":seen": entity.first_seen, ":quarantined": entity.is_quarantined,
            ":reason": entity.quarantine_reason, ":since": entity.quarantined_at, ":created": entity.created_at,
            ":updated": entity.updated_at, ":curated": entity.is_curated,
        },
    );
    added.map_err(inconsistency_error)?;
    for alias in &entity.aliases {
        db.execute(
            "INSERT INTO entity_aliases (id, entity_id, alias_normalised, created_at) VALUES (:id, :entity, :alias, :at)",
            named_params! {
                ":id": alias.id, ":entity": entity.id, ":alias": alias.alias, ":at": alias.created_at,
            },
        )
        .map_err(inconsistency_error)?;
    }
    for refused in &entity.refused_aliases {
        db.execute(
            "INSERT INTO entity_alias_refusals (entity_id, alias_normalised, decided_at) VALUES (:entity, :alias, :at)",
            named_params! { ":entity": entity.id, ":alias": refused.alias, ":at": refused.decided_at },
        )
        .map_err(inconsistency_error)?;
    }
    Ok(())
}

/// Adds a mention.
pub(crate) fn add_mention(db: &NotebookDb<'_>, mention: &ExportedMention) -> Result<()> {
    db.execute(
        "INSERT INTO entity_mentions (id, entity_id, entry_id, quote, confidence, extraction_run_id, match_source,
                                      created_at, name, char_start, char_end, model, prompt_version)
         VALUES (:id, :entity, :entry, :quote, :confidence, :run, :match, :at, :name, :start, :end, :model, :version)",
        named_params! {
            ":id": mention.id, ":entity": mention.entity_id, ":entry": mention.entry_id.0, ":quote": mention.quote,
            ":confidence": mention.confidence.0, ":run": mention.extraction_run_id, ":match": mention.match_source,
            ":at": mention.created_at, ":name": mention.name, ":start": mention.char_start, ":end": mention.char_end,
            ":model": mention.model, ":version": mention.prompt_version,
        },
    )
    .map(drop)
    .map_err(inconsistency_error)
}

/// Adds a relationship.
pub(crate) fn add_relationship(db: &NotebookDb<'_>, relationship: &ExportedRelationship) -> Result<()> {
    db.execute(
        "INSERT INTO entity_relationships (id, subject_entity_id, predicate, object_entity_id, quote, entry_id,
                                           confidence, extraction_run_id, created_at, char_start, char_end, model,
                                           prompt_version)
         VALUES (:id, :subject, :predicate, :object, :quote, :entry, :confidence, :run, :at, :start, :end, :model, :version)",
        named_params! {
            ":id": relationship.id, ":subject": relationship.subject_entity_id, ":predicate": relationship.predicate,
            ":object": relationship.object_entity_id, ":quote": relationship.quote, ":entry": relationship.entry_id.0,
            ":confidence": relationship.confidence.0, ":run": relationship.extraction_run_id,
            ":at": relationship.created_at, ":start": relationship.char_start, ":end": relationship.char_end,
            ":model": relationship.model, ":version": relationship.prompt_version,
        },
    )
    .map(drop)
    .map_err(inconsistency_error)
}

/// Adds a merge candidate.
pub(crate) fn add_merge_candidate(db: &NotebookDb<'_>, pair: &ExportedMergeCandidate) -> Result<()> {
    db.execute(
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
    .map_err(inconsistency_error)
}

/// Adds a merge.
pub(crate) fn add_merge(db: &NotebookDb<'_>, merge: &ExportedMerge) -> Result<()> {
    db.execute(
        "INSERT INTO entity_merge_history (id, survivor_id, absorbed_id, absorbed_name, absorbed_type, absorbed_desc,
                                           absorbed_aliases, absorbed_is_quarantined, absorbed_quarantine_reason,
                                           absorbed_quarantined_at, merged_at, merged_by, absorbed_first_seen,
                                           absorbed_created_at, absorbed_is_curated, undone_at)
         VALUES (:id, :survivor, :absorbed, :name, :type, :description, :aliases, :quarantined, :reason, :since, :at, :by,
                 :seen, :made, :curated, :undone)",
        named_params! {
            ":id": merge.id, ":survivor": merge.survivor_id, ":absorbed": merge.absorbed_id,
            ":name": merge.absorbed_name, ":type": merge.absorbed_type, ":description": merge.absorbed_desc,
            ":aliases": merge.absorbed_aliases, ":quarantined": merge.absorbed_is_quarantined,
            ":reason": merge.absorbed_quarantine_reason, ":since": merge.absorbed_quarantined_at,
            ":at": merge.merged_at, ":by": merge.merged_by, ":seen": merge.absorbed_first_seen,
            ":made": merge.absorbed_created_at, ":curated": merge.absorbed_is_curated, ":undone": merge.undone_at,
        },
    )
    .map_err(inconsistency_error)?;
    // The absorbed id must not be reassigned, so that the merge can be undone.
    legacy_import::bump_autoincrement(db, 0, merge.absorbed_id)?;
    for moved in &merge.moves {
        db.execute(
            "INSERT INTO entity_merge_moves (merge_id, what, row_id) VALUES (:merge, :what, :row)",
            named_params! { ":merge": merge.id, ":what": moved.what, ":row": moved.row_id },
        )
        .map_err(inconsistency_error)?;
    }
    Ok(())
}

/// Adds a decision that a pair is not one entity.
pub(crate) fn add_pair_decision(db: &NotebookDb<'_>, pair: &ExportedPairDecision) -> Result<()> {
    db.execute(
        "INSERT INTO entity_pair_decisions (id, entity_id_lo, entity_id_hi, decision, decided_at)
         VALUES (:id, :lo, :hi, :decision, :at)",
        named_params! {
            ":id": pair.id, ":lo": pair.entity_id_lo, ":hi": pair.entity_id_hi, ":decision": pair.decision,
            ":at": pair.decided_at,
        },
    )
    .map(drop)
    .map_err(inconsistency_error)
}

/// Adds an owner's correction of a name.
pub(crate) fn add_correction(db: &NotebookDb<'_>, said: &ExportedCorrection) -> Result<()> {
    db.execute(
        "INSERT INTO entity_corrections (id, entity_type, name_key, entry_id, entity_id, decided_at)
         VALUES (:id, :type, :key, :entry, :entity, :at)",
        named_params! {
            ":id": said.id, ":type": said.entity_type, ":key": said.name_key,
            ":entry": said.entry_id.map(|entry| entry.0), ":entity": said.entity_id, ":at": said.decided_at,
        },
    )
    .map(drop)
    .map_err(inconsistency_error)
}
