//! The people, places and things that entries speak of, with all their history.

use serde_json::Value;

use crate::error::Result;
use crate::port::journal_server::values::Row;
use crate::storage::database::offer::Offered;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::imported;

/// The model that the vectors of entities come from there.
const EMBEDDER: &str = "text-embedding-3-large";

pub(super) fn entity(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    let embedding = embedding(row);
    imported::entity(
        db,
        &imported::Entity {
            id: row.id(),
            kind: &row.text("entity_type"),
            name: &row.text("canonical_name"),
            description: &row.text("description"),
            embedder: embedding.is_some().then_some(EMBEDDER),
            embedding: embedding.as_deref(),
            first_seen: &row.text("first_seen"),
            quarantined: row.cells.is_on("is_quarantined"),
            quarantine_reason: &row.text("quarantine_reason"),
            quarantined_at: &row.any_stamp("quarantined_at").unwrap_or_default(),
            created_at: &row.stamp("created_at"),
            updated_at: &row.stamp("updated_at"),
        },
    )
}

/// Returns a vector's components as little-endian 32-bit floats.
fn embedding(row: &Row<'_>) -> Option<Vec<u8>> {
    let text = row.cells.filled("embedding_json")?;
    // One that is not finite is no JSON.
    let components: Option<Vec<f32>> = serde_json::from_str(&text).ok().filter(|list: &Vec<f32>| !list.is_empty());
    if components.is_none() {
        row.mend("a vector that is none");
    }
    Some(components?.iter().flat_map(|component| component.to_le_bytes()).collect())
}

pub(super) fn alias(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    let Some(alias) = row.cells.text("alias_normalised") else { return Ok(Offered::Unfit) };
    imported::alias(db, row.id(), row.cells.integer("entity_id"), &alias, &row.stamp("created_at"))
}

pub(super) fn mention(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    imported::mention(
        db,
        &imported::Mention {
            id: row.id(),
            entity: row.cells.integer("entity_id"),
            entry: row.cells.integer("entry_id"),
            quote: &row.text("quote"),
            confidence: row.cells.real("confidence"),
            run: &row.text("extraction_run_id"),
            match_source: row.cells.filled("match_source").as_deref(),
            created_at: &row.stamp("created_at"),
        },
    )
}

pub(super) fn relationship(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    imported::relationship(
        db,
        &imported::Relationship {
            id: row.id(),
            subject: row.cells.integer("subject_entity_id"),
            predicate: &row.text("predicate"),
            object: row.cells.integer("object_entity_id"),
            quote: &row.text("quote"),
            entry: row.cells.integer("entry_id"),
            confidence: row.cells.real("confidence"),
            run: &row.text("extraction_run_id"),
            created_at: &row.stamp("created_at"),
        },
    )
}

pub(super) fn candidate(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    let (one, other) = (row.cells.integer("entity_id_a"), row.cells.integer("entity_id_b"));
    imported::candidate(
        db,
        &imported::Candidate {
            id: row.id(),
            pair: (one.min(other), one.max(other)),
            similarity: row.cells.real("similarity"),
            status: &row.text("status"),
            run: row.cells.filled("extraction_run_id").as_deref(),
            created_at: &row.stamp("created_at"),
            updated_at: &row.stamp("updated_at"),
            resolved_at: row.any_stamp("resolved_at").as_deref(),
        },
    )
}

pub(super) fn merger(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    let mut aliases = row.text("absorbed_aliases");
    if !serde_json::from_str(&aliases).is_ok_and(|value: Value| value.is_array()) {
        row.mend("aliases that are no list");
        "[]".clone_into(&mut aliases);
    }
    imported::merger(
        db,
        &imported::Merger {
            id: row.id(),
            survivor: row.cells.integer("survivor_id"),
            absorbed: row.cells.integer("absorbed_id"),
            name: &row.text("absorbed_name"),
            kind: &row.text("absorbed_type"),
            description: &row.text("absorbed_desc"),
            aliases: &aliases,
            quarantined: row.cells.is_on("absorbed_is_quarantined"),
            quarantine_reason: &row.text("absorbed_quarantine_reason"),
            quarantined_at: &row.any_stamp("absorbed_quarantined_at").unwrap_or_default(),
            merged_at: &row.stamp("merged_at"),
            merged_by: row.cells.filled("merged_by").as_deref().unwrap_or("user"),
        },
    )
}

pub(super) fn decision(db: &NotebookDb<'_>, row: &Row<'_>) -> Result<Offered> {
    let (one, other) = (row.cells.integer("entity_id_lo"), row.cells.integer("entity_id_hi"));
    let pair = (one.min(other), one.max(other));
    imported::decision(db, row.id(), pair, &row.text("decision"), &row.stamp("decided_at"))
}
