//! Entity vectors and names that an extraction run compares with.

use rusqlite::named_params;

use crate::domain::entity::EntityType;
use crate::domain::id::{EntityId, EntryId};
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::{texts_from_row, type_from_row};

/// An entity with its vector.
#[derive(Debug, Clone)]
pub(crate) struct EntityVector {
    pub(crate) id: EntityId,
    pub(crate) kind: EntityType,
    pub(crate) name: String,
    pub(crate) description: String,
    /// Lower case, sorted.
    pub(crate) aliases: Vec<String>,
    pub(crate) is_quarantined: bool,
    pub(crate) vector: Vec<f32>,
}

/// Returns the entities with a vector of this embedder.
pub(crate) fn list(db: &NotebookDb<'_>, embedder: &str) -> Result<Vec<EntityVector>> {
    db.query_all(
        "SELECT id, entity_type, canonical_name, description, is_quarantined, embedding,
                (SELECT json_group_array(alias_normalised) FROM
                    (SELECT alias_normalised FROM entity_aliases WHERE entity_id = e.id ORDER BY alias_normalised))
         FROM entities e WHERE embedder = :embedder ORDER BY id",
        named_params! { ":embedder": embedder },
        |row| {
            Ok(EntityVector {
                id: EntityId(row.get(0)?),
                kind: type_from_row(row, 1)?,
                name: row.get(2)?,
                description: row.get(3)?,
                aliases: texts_from_row(row, 6)?,
                is_quarantined: row.get(4)?,
                vector: vector_from_bytes(row.get_ref(5)?.as_blob()?),
            })
        },
    )
}

/// Returns the names of all entities that are not quarantined, from a covering index.
pub(crate) fn list_names(db: &NotebookDb<'_>) -> Result<Vec<(EntityId, EntityType, String)>> {
    db.query_all(
        "SELECT id, entity_type, canonical_name FROM entities INDEXED BY entities_by_name WHERE is_quarantined = 0",
        [],
        |row| Ok((EntityId(row.get(0)?), type_from_row(row, 1)?, row.get(2)?)),
    )
}

/// Returns the vectors of an entry's chunks from this embedder.
pub(crate) fn list_chunk_vectors(db: &NotebookDb<'_>, entry: EntryId, embedder: &str) -> Result<Vec<Vec<f32>>> {
    db.query_all(
        "SELECT v.components FROM entry_chunks c JOIN chunk_vectors v ON v.chunk_id = c.id
         WHERE c.entry_id = :entry AND v.embedder = :embedder ORDER BY c.chunk_index",
        named_params! { ":entry": entry.0, ":embedder": embedder },
        |row| {
            let components = row.get_ref(0)?.as_blob()?.iter().map(|byte| f32::from(byte.cast_signed()));
            Ok(normalize(components.collect()))
        },
    )
}

/// Decodes a stored vector and normalizes it.
fn vector_from_bytes(bytes: &[u8]) -> Vec<f32> {
    let (components, _) = bytes.as_chunks::<4>();
    normalize(components.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

/// Scales a vector to unit length, so that a dot product is a cosine; imported vectors need not be normalized.
fn normalize(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|component| component * component).sum::<f32>().sqrt();
    if length > 0.0 {
        for component in &mut vector {
            *component /= length;
        }
    }
    vector
}
