//! What is known before a run: vectors with their names, and the names alone.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::entity::EntityType;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::kind;
use crate::storage::notebook::entities::texts;

/// Somebody or something with its vector.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) id: EntityId,
    pub(crate) kind: EntityType,
    pub(crate) name: String,
    pub(crate) description: String,
    /// Lower case, in order.
    pub(crate) aliases: Vec<String>,
    pub(crate) is_quarantined: bool,
    pub(crate) vector: Vec<f32>,
}

/// Returns whatever has a vector of this model.
pub(crate) fn all(db: &NotebookDb<'_>, embedder: &str) -> Result<Vec<Known>> {
    db.all(
        "SELECT id, entity_type, canonical_name, description, is_quarantined, embedding,
                (SELECT json_group_array(alias_normalised) FROM
                    (SELECT alias_normalised FROM entity_aliases WHERE entity_id = e.id ORDER BY alias_normalised))
         FROM entities e WHERE embedder = :embedder ORDER BY id",
        named_params! { ":embedder": embedder },
        |row| {
            Ok(Known {
                id: EntityId(row.get(0)?),
                kind: kind(row, 1)?,
                name: row.get(2)?,
                description: row.get(3)?,
                aliases: texts(row, 6)?,
                is_quarantined: row.get(4)?,
                vector: vector(row.get_ref(5)?.as_blob()?),
            })
        },
    )
}

/// Returns the names of all that are not set aside, from the index alone.
pub(crate) fn names(db: &NotebookDb<'_>) -> Result<Vec<(EntityId, EntityType, String)>> {
    db.all(
        "SELECT id, entity_type, canonical_name FROM entities INDEXED BY entities_by_name WHERE is_quarantined = 0",
        [],
        |row| Ok((EntityId(row.get(0)?), kind(row, 1)?, row.get(2)?)),
    )
}

/// Returns the vectors of an entry's chunks that come from this model.
pub(crate) fn of_entry(db: &NotebookDb<'_>, entry: EntryId, embedder: &str) -> Result<Vec<Vec<f32>>> {
    db.all(
        "SELECT v.components FROM entry_chunks c JOIN chunk_vectors v ON v.chunk_id = c.id
         WHERE c.entry_id = :entry AND v.embedder = :embedder ORDER BY c.chunk_index",
        named_params! { ":entry": entry.0, ":embedder": embedder },
        |row| {
            let components = row.get_ref(0)?.as_blob()?.iter().map(|byte| f32::from(byte.cast_signed()));
            Ok(unit(components.collect()))
        },
    )
}

/// Reads a vector as it is stored, at unit length.
fn vector(bytes: &[u8]) -> Vec<f32> {
    let (components, _) = bytes.as_chunks::<4>();
    unit(components.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

/// Brings a vector to unit length, so that a product is a cosine; what was stored elsewhere need not be.
fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|component| component * component).sum::<f32>().sqrt();
    if length > 0.0 {
        for component in &mut vector {
            *component /= length;
        }
    }
    vector
}
