//! Reads the entities of an export.

use rusqlite::{Row, named_params};

use crate::domain::export_document::{
    ExactNumber, ExportedAlias, ExportedCorrection, ExportedEntity, ExportedMention, ExportedMerge,
    ExportedMergeCandidate, ExportedMergeMove, ExportedPairDecision, ExportedRefusedAlias, ExportedRelationship,
};
use crate::domain::id::{EntityId, EntryId};
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Returns up to 500 entities with ids above `after`, by id.
pub(crate) fn list_entities(db: &NotebookDb<'_>, after: i64) -> Result<Vec<ExportedEntity>> {
    let found = db.query_all(
        "SELECT id, entity_type, canonical_name, description, first_seen, is_quarantined, quarantine_reason,
                quarantined_at, created_at, updated_at, is_curated
         FROM entities WHERE id > :after ORDER BY id LIMIT 500",
        named_params! { ":after": after },
        entity_from_row,
    )?;
    found.into_iter().map(|entity| with_aliases(db, entity)).collect()
}

/// Finds an entity with its aliases.
pub(crate) fn find_entity(db: &NotebookDb<'_>, id: EntityId) -> Result<Option<ExportedEntity>> {
    let found = db.query_optional(
        "SELECT id, entity_type, canonical_name, description, first_seen, is_quarantined, quarantine_reason,
                quarantined_at, created_at, updated_at, is_curated
         FROM entities WHERE id = :id",
        named_params! { ":id": id.0 },
        entity_from_row,
    )?;
    found.map(|entity| with_aliases(db, entity)).transpose()
}

fn entity_from_row(row: &Row<'_>) -> rusqlite::Result<ExportedEntity> {
    Ok(ExportedEntity {
        id: row.get(0)?,
        entity_type: row.get(1)?,
        canonical_name: row.get(2)?,
        description: row.get(3)?,
        aliases: Vec::new(),
        refused_aliases: Vec::new(),
        is_curated: row.get(10)?,
        first_seen: row.get(4)?,
        is_quarantined: row.get(5)?,
        quarantine_reason: row.get(6)?,
        quarantined_at: row.get(7)?,
        created_at: row.get(8)?,
        updated_at: row.get(9)?,
    })
}

fn with_aliases(db: &NotebookDb<'_>, entity: ExportedEntity) -> Result<ExportedEntity> {
    let aliases = db.query_all(
        "SELECT id, alias_normalised, created_at FROM entity_aliases WHERE entity_id = :entity ORDER BY id",
        named_params! { ":entity": entity.id },
        |row| Ok(ExportedAlias { id: row.get(0)?, alias: row.get(1)?, created_at: row.get(2)? }),
    )?;
    let refused_aliases = db.query_all(
        "SELECT alias_normalised, decided_at FROM entity_alias_refusals WHERE entity_id = :entity
         ORDER BY alias_normalised",
        named_params! { ":entity": entity.id },
        |row| Ok(ExportedRefusedAlias { alias: row.get(0)?, decided_at: row.get(1)? }),
    )?;
    Ok(ExportedEntity { aliases, refused_aliases, ..entity })
}

/// Returns up to 500 mentions with ids above `after`, by id.
pub(crate) fn list_mentions(db: &NotebookDb<'_>, after: i64) -> Result<Vec<ExportedMention>> {
    db.query_all(
        "SELECT id, entity_id, entry_id, quote, confidence, extraction_run_id, match_source, created_at,
                name, char_start, char_end, model, prompt_version
         FROM entity_mentions WHERE id > :after ORDER BY id LIMIT 500",
        named_params! { ":after": after },
        mention_from_row,
    )
}

/// Returns the mentions in an entry, by id.
pub(crate) fn list_mentions_in(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<ExportedMention>> {
    db.query_all(
        "SELECT id, entity_id, entry_id, quote, confidence, extraction_run_id, match_source, created_at,
                name, char_start, char_end, model, prompt_version
         FROM entity_mentions WHERE entry_id = :entry ORDER BY id",
        named_params! { ":entry": entry.0 },
        mention_from_row,
    )
}

fn mention_from_row(row: &Row<'_>) -> rusqlite::Result<ExportedMention> {
    Ok(ExportedMention {
        id: row.get(0)?,
        entity_id: row.get(1)?,
        entry_id: EntryId(row.get(2)?),
        quote: row.get(3)?,
        confidence: ExactNumber(row.get(4)?),
        extraction_run_id: row.get(5)?,
        match_source: row.get(6)?,
        created_at: row.get(7)?,
        name: row.get(8)?,
        char_start: row.get(9)?,
        char_end: row.get(10)?,
        model: row.get(11)?,
        prompt_version: row.get(12)?,
    })
}

/// Returns up to 500 relationships with ids above `after`, by id.
pub(crate) fn list_relationships(db: &NotebookDb<'_>, after: i64) -> Result<Vec<ExportedRelationship>> {
    db.query_all(
        "SELECT id, subject_entity_id, predicate, object_entity_id, quote, entry_id, confidence, extraction_run_id,
                created_at, char_start, char_end, model, prompt_version
         FROM entity_relationships WHERE id > :after ORDER BY id LIMIT 500",
        named_params! { ":after": after },
        relationship_from_row,
    )
}

/// Returns the relationships stated in an entry, by id.
pub(crate) fn list_relationships_in(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<ExportedRelationship>> {
    db.query_all(
        "SELECT id, subject_entity_id, predicate, object_entity_id, quote, entry_id, confidence, extraction_run_id,
                created_at, char_start, char_end, model, prompt_version
         FROM entity_relationships WHERE entry_id = :entry ORDER BY id",
        named_params! { ":entry": entry.0 },
        relationship_from_row,
    )
}

fn relationship_from_row(row: &Row<'_>) -> rusqlite::Result<ExportedRelationship> {
    Ok(ExportedRelationship {
        id: row.get(0)?,
        subject_entity_id: row.get(1)?,
        predicate: row.get(2)?,
        object_entity_id: row.get(3)?,
        quote: row.get(4)?,
        entry_id: EntryId(row.get(5)?),
        confidence: ExactNumber(row.get(6)?),
        extraction_run_id: row.get(7)?,
        created_at: row.get(8)?,
        char_start: row.get(9)?,
        char_end: row.get(10)?,
        model: row.get(11)?,
        prompt_version: row.get(12)?,
    })
}

/// Returns up to 500 merge candidates with ids above `after`, by id.
pub(crate) fn list_merge_candidates(db: &NotebookDb<'_>, after: i64) -> Result<Vec<ExportedMergeCandidate>> {
    db.query_all(
        "SELECT id, entity_id_a, entity_id_b, similarity, status, extraction_run_id, created_at, updated_at, resolved_at
         FROM entity_merge_candidates WHERE id > :after ORDER BY id LIMIT 500",
        named_params! { ":after": after },
        merge_candidate_from_row,
    )
}

/// Returns the merge candidates with an entity, by id.
pub(crate) fn list_merge_candidates_of(db: &NotebookDb<'_>, entity: EntityId) -> Result<Vec<ExportedMergeCandidate>> {
    db.query_all(
        "SELECT id, entity_id_a, entity_id_b, similarity, status, extraction_run_id, created_at, updated_at, resolved_at
         FROM entity_merge_candidates WHERE entity_id_a = :entity OR entity_id_b = :entity ORDER BY id",
        named_params! { ":entity": entity.0 },
        merge_candidate_from_row,
    )
}

fn merge_candidate_from_row(row: &Row<'_>) -> rusqlite::Result<ExportedMergeCandidate> {
    Ok(ExportedMergeCandidate {
        id: row.get(0)?,
        entity_id_a: row.get(1)?,
        entity_id_b: row.get(2)?,
        similarity: ExactNumber(row.get(3)?),
        status: row.get(4)?,
        extraction_run_id: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
        resolved_at: row.get(8)?,
    })
}

/// Returns up to 500 merges with ids above `after`, by id.
pub(crate) fn list_merges(db: &NotebookDb<'_>, after: i64) -> Result<Vec<ExportedMerge>> {
    let mut found = db.query_all(
        "SELECT id, survivor_id, absorbed_id, absorbed_name, absorbed_type, absorbed_desc, absorbed_aliases,
                absorbed_is_quarantined, absorbed_quarantine_reason, absorbed_quarantined_at, merged_at, merged_by,
                absorbed_first_seen, absorbed_created_at, absorbed_is_curated, undone_at
         FROM entity_merge_history WHERE id > :after ORDER BY id LIMIT 500",
        named_params! { ":after": after },
        |row| {
            Ok(ExportedMerge {
                id: row.get(0)?,
                survivor_id: row.get(1)?,
                absorbed_id: row.get(2)?,
                absorbed_name: row.get(3)?,
                absorbed_type: row.get(4)?,
                absorbed_desc: row.get(5)?,
                absorbed_aliases: row.get(6)?,
                absorbed_is_quarantined: row.get(7)?,
                absorbed_quarantine_reason: row.get(8)?,
                absorbed_quarantined_at: row.get(9)?,
                merged_at: row.get(10)?,
                merged_by: row.get(11)?,
                absorbed_first_seen: row.get(12)?,
                absorbed_created_at: row.get(13)?,
                absorbed_is_curated: row.get(14)?,
                undone_at: row.get(15)?,
                moves: Vec::new(),
            })
        },
    )?;
    for merge in &mut found {
        merge.moves = db.query_all(
            "SELECT what, row_id FROM entity_merge_moves WHERE merge_id = :merge ORDER BY what, row_id",
            named_params! { ":merge": merge.id },
            |row| Ok(ExportedMergeMove { what: row.get(0)?, row_id: row.get(1)? }),
        )?;
    }
    Ok(found)
}

/// Returns up to 500 pair decisions with ids above `after`, by id.
pub(crate) fn list_pair_decisions(db: &NotebookDb<'_>, after: i64) -> Result<Vec<ExportedPairDecision>> {
    db.query_all(
        "SELECT id, entity_id_lo, entity_id_hi, decision, decided_at
         FROM entity_pair_decisions WHERE id > :after ORDER BY id LIMIT 500",
        named_params! { ":after": after },
        |row| {
            Ok(ExportedPairDecision {
                id: row.get(0)?,
                entity_id_lo: row.get(1)?,
                entity_id_hi: row.get(2)?,
                decision: row.get(3)?,
                decided_at: row.get(4)?,
            })
        },
    )
}

/// Returns up to 500 corrections with ids above `after`, by id.
pub(crate) fn list_corrections(db: &NotebookDb<'_>, after: i64) -> Result<Vec<ExportedCorrection>> {
    db.query_all(
        "SELECT id, entity_type, name_key, entry_id, entity_id, decided_at
         FROM entity_corrections WHERE id > :after ORDER BY id LIMIT 500",
        named_params! { ":after": after },
        correction_from_row,
    )
}

/// Returns the corrections of names in an entry, by id.
pub(crate) fn list_corrections_in(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<ExportedCorrection>> {
    db.query_all(
        "SELECT id, entity_type, name_key, entry_id, entity_id, decided_at
         FROM entity_corrections WHERE entry_id = :entry ORDER BY id",
        named_params! { ":entry": entry.0 },
        correction_from_row,
    )
}

fn correction_from_row(row: &Row<'_>) -> rusqlite::Result<ExportedCorrection> {
    Ok(ExportedCorrection {
        id: row.get(0)?,
        entity_type: row.get(1)?,
        name_key: row.get(2)?,
        entry_id: row.get::<_, Option<i64>>(3)?.map(EntryId),
        entity_id: row.get(4)?,
        decided_at: row.get(5)?,
    })
}
