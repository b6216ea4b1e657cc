//! Queries on mentions and relationships of an entity.

use rusqlite::{Row, named_params};

use crate::domain::entity::{EntityMention, EntityRelationship};
use crate::domain::id::{EntityId, EntryId};
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::type_from_row;

/// Returns a page of an entity's mentions, newest row first.
pub(crate) fn page(db: &NotebookDb<'_>, of: EntityId, limit: i64, offset: i64) -> Result<Vec<EntityMention>> {
    db.query_all(
        "SELECT m.id, m.entity_id, m.entry_id, n.entry_date, m.quote, m.char_start, m.char_end, m.name, m.confidence,
                m.match_source, m.extraction_run_id, m.model, m.prompt_version, m.created_at
         FROM entity_mentions m JOIN entries n ON n.id = m.entry_id
         WHERE m.entity_id = :of ORDER BY m.id DESC LIMIT :limit OFFSET :offset",
        named_params! { ":of": of.0, ":limit": limit, ":offset": offset },
        |row| {
            Ok(EntityMention {
                id: row.get(0)?,
                entity_id: EntityId(row.get(1)?),
                entry_id: EntryId(row.get(2)?),
                entry_date: row.get(3)?,
                quote: row.get(4)?,
                char_start: row.get(5)?,
                char_end: row.get(6)?,
                name: row.get(7)?,
                confidence: row.get(8)?,
                match_source: row.get(9)?,
                extraction_run_id: row.get(10)?,
                model: row.get(11)?,
                prompt_version: row.get(12)?,
                created_at: row.get(13)?,
            })
        },
    )
}

/// Counts an entity's mentions.
pub(crate) fn count(db: &NotebookDb<'_>, of: EntityId) -> Result<i64> {
    db.query_one("SELECT COUNT(*) FROM entity_mentions WHERE entity_id = :of", named_params! { ":of": of.0 }, |row| {
        row.get(0)
    })
}

/// Returns the relationships with an entity as subject, by id.
pub(crate) fn list_outgoing(db: &NotebookDb<'_>, of: EntityId) -> Result<Vec<EntityRelationship>> {
    db.query_all(
        "SELECT r.id, r.subject_entity_id, s.canonical_name, s.entity_type, r.predicate, r.object_entity_id,
                o.canonical_name, o.entity_type, r.quote, r.char_start, r.char_end, r.entry_id, n.entry_date, r.confidence,
                r.extraction_run_id, r.model, r.prompt_version, r.created_at
         FROM entity_relationships r JOIN entities s ON s.id = r.subject_entity_id
              JOIN entities o ON o.id = r.object_entity_id JOIN entries n ON n.id = r.entry_id
         WHERE r.subject_entity_id = :of ORDER BY r.id",
        named_params! { ":of": of.0 },
        relationship_from_row,
    )
}

/// Returns the relationships with an entity as object, by id.
pub(crate) fn list_incoming(db: &NotebookDb<'_>, of: EntityId) -> Result<Vec<EntityRelationship>> {
    db.query_all(
        "SELECT r.id, r.subject_entity_id, s.canonical_name, s.entity_type, r.predicate, r.object_entity_id,
                o.canonical_name, o.entity_type, r.quote, r.char_start, r.char_end, r.entry_id, n.entry_date, r.confidence,
                r.extraction_run_id, r.model, r.prompt_version, r.created_at
         FROM entity_relationships r JOIN entities s ON s.id = r.subject_entity_id
              JOIN entities o ON o.id = r.object_entity_id JOIN entries n ON n.id = r.entry_id
         WHERE r.object_entity_id = :of ORDER BY r.id",
        named_params! { ":of": of.0 },
        relationship_from_row,
    )
}

fn relationship_from_row(row: &Row<'_>) -> rusqlite::Result<EntityRelationship> {
    Ok(EntityRelationship {
        id: row.get(0)?,
        subject_entity_id: EntityId(row.get(1)?),
        subject_name: row.get(2)?,
        subject_type: type_from_row(row, 3)?,
        predicate: row.get(4)?,
        object_entity_id: EntityId(row.get(5)?),
        object_name: row.get(6)?,
        object_type: type_from_row(row, 7)?,
        quote: row.get(8)?,
        char_start: row.get(9)?,
        char_end: row.get(10)?,
        entry_id: EntryId(row.get(11)?),
        entry_date: row.get(12)?,
        confidence: row.get(13)?,
        extraction_run_id: row.get(14)?,
        model: row.get(15)?,
        prompt_version: row.get(16)?,
        created_at: row.get(17)?,
    })
}
