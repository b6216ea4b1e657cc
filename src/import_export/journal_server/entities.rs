//! Converts entities with their aliases, mentions, relationships and merge history.

use serde_json::Value;

use crate::error::Result;
use crate::import_export::journal_server::convert::SourceRow;
use crate::storage::database::try_insert::InsertOutcome;
use crate::storage::notebook::{NotebookDb, legacy_import};

/// Embedding model of the source's entity vectors.
const EMBEDDER: &str = "text-embedding-3-large";

pub(super) fn import_entity(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    let embedding = embedding(row);
    legacy_import::add_entity(
        db,
        &legacy_import::ImportedEntityRow {
            id: row.id(),
            kind: &row.text("entity_type"),
            name: &row.text("canonical_name"),
            description: &row.text("description"),
            embedder: embedding.is_some().then_some(EMBEDDER),
            embedding: embedding.as_deref(),
            first_seen: &row.text("first_seen"),
            quarantined: row.cells.flag("is_quarantined"),
            quarantine_reason: &row.text("quarantine_reason"),
            quarantined_at: &row.optional_timestamp("quarantined_at").unwrap_or_default(),
            created_at: &row.timestamp("created_at"),
            updated_at: &row.timestamp("updated_at"),
        },
    )
}

/// Returns a vector's components as little-endian 32-bit floats.
fn embedding(row: &SourceRow<'_>) -> Option<Vec<u8>> {
    let text = row.cells.nonempty_text("embedding_json")?;
    // JSON has no NaN or infinity, so all components are finite.
    let components: Option<Vec<f32>> = serde_json::from_str(&text).ok().filter(|list: &Vec<f32>| !list.is_empty());
    if components.is_none() {
        row.record_correction("an invalid vector");
    }
    Some(components?.iter().flat_map(|component| component.to_le_bytes()).collect())
}

pub(super) fn import_alias(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    let Some(alias) = row.cells.text("alias_normalised") else { return Ok(InsertOutcome::Invalid) };
    legacy_import::add_alias(db, row.id(), row.cells.integer("entity_id"), &alias, &row.timestamp("created_at"))
}

pub(super) fn import_mention(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    legacy_import::add_mention(
        db,
        &legacy_import::ImportedMentionRow {
            id: row.id(),
            entity: row.cells.integer("entity_id"),
            entry: row.cells.integer("entry_id"),
            quote: &row.text("quote"),
            confidence: row.cells.real("confidence"),
            run: &row.text("extraction_run_id"),
            match_source: row.cells.nonempty_text("match_source").as_deref(),
            created_at: &row.timestamp("created_at"),
        },
    )
}

pub(super) fn import_relationship(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    legacy_import::add_relationship(
        db,
        &legacy_import::ImportedRelationshipRow {
            id: row.id(),
            subject: row.cells.integer("subject_entity_id"),
            predicate: &row.text("predicate"),
            object: row.cells.integer("object_entity_id"),
            quote: &row.text("quote"),
            entry: row.cells.integer("entry_id"),
            confidence: row.cells.real("confidence"),
            run: &row.text("extraction_run_id"),
            created_at: &row.timestamp("created_at"),
        },
    )
}

pub(super) fn import_merge_candidate(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    let (one, other) = (row.cells.integer("entity_id_a"), row.cells.integer("entity_id_b"));
    legacy_import::add_merge_candidate(
        db,
        &legacy_import::ImportedMergeCandidateRow {
            id: row.id(),
            pair: (one.min(other), one.max(other)),
            similarity: row.cells.real("similarity"),
            status: &row.text("status"),
            run: row.cells.nonempty_text("extraction_run_id").as_deref(),
            created_at: &row.timestamp("created_at"),
            updated_at: &row.timestamp("updated_at"),
            resolved_at: row.optional_timestamp("resolved_at").as_deref(),
        },
    )
}

pub(super) fn import_merge(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    let mut aliases = row.text("absorbed_aliases");
    if !serde_json::from_str(&aliases).is_ok_and(|value: Value| value.is_array()) {
        row.record_correction("an invalid list of aliases");
        "[]".clone_into(&mut aliases);
    }
    legacy_import::add_merge(
        db,
        &legacy_import::ImportedMergeRow {
            id: row.id(),
            survivor: row.cells.integer("survivor_id"),
            absorbed: row.cells.integer("absorbed_id"),
            name: &row.text("absorbed_name"),
            kind: &row.text("absorbed_type"),
            description: &row.text("absorbed_desc"),
            aliases: &aliases,
            quarantined: row.cells.flag("absorbed_is_quarantined"),
            quarantine_reason: &row.text("absorbed_quarantine_reason"),
            quarantined_at: &row.optional_timestamp("absorbed_quarantined_at").unwrap_or_default(),
            merged_at: &row.timestamp("merged_at"),
            merged_by: row.cells.nonempty_text("merged_by").as_deref().unwrap_or("user"),
        },
    )
}

pub(super) fn import_pair_decision(db: &NotebookDb<'_>, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    let (one, other) = (row.cells.integer("entity_id_lo"), row.cells.integer("entity_id_hi"));
    let pair = (one.min(other), one.max(other));
    legacy_import::add_pair_decision(db, row.id(), pair, &row.text("decision"), &row.timestamp("decided_at"))
}
