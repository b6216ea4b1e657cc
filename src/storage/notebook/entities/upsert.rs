//! Entity rows as an extraction run finds, adds and quarantines them.

use rusqlite::{Row, named_params};

use crate::domain::entity::EntityType;
use crate::domain::id::{EntityId, EntryId};
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::type_from_row;

/// An entity as an extraction run needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExtractionEntity {
    pub(crate) id: EntityId,
    pub(crate) kind: EntityType,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) is_quarantined: bool,
    /// True if the owner edited it.
    pub(crate) is_curated: bool,
}

/// A new entity.
pub(crate) struct NewEntity<'a> {
    pub(crate) kind: EntityType,
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    /// Vector with its embedder.
    pub(crate) embedding: Option<(&'a [f32], &'a str)>,
    /// Date of the entry.
    pub(crate) first_seen: &'a str,
    pub(crate) at: &'a str,
}

/// Returns the owner's correction of a name, in this entry or everywhere; the inner `None` denotes no entity.
#[expect(clippy::option_option, reason = "the inner `None` is a name that denotes no entity")]
pub(crate) fn find_correction(
    db: &NotebookDb<'_>,
    kind: EntityType,
    key: &str,
    entry: EntryId,
) -> Result<Option<Option<EntityId>>> {
    db.query_optional(
        "SELECT entity_id FROM entity_corrections
         WHERE name_key = :key AND entity_type = :kind AND COALESCE(entry_id, 0) IN (:entry, 0)
         ORDER BY entry_id IS NULL LIMIT 1",
        named_params! { ":key": key, ":kind": kind.name(), ":entry": entry.0 },
        |row| Ok(row.get::<_, Option<i64>>(0)?.map(EntityId)),
    )
}

/// Finds an entity by id.
pub(crate) fn find(db: &NotebookDb<'_>, id: EntityId) -> Result<Option<ExtractionEntity>> {
    db.query_optional(
        "SELECT id, entity_type, canonical_name, description, is_quarantined, is_curated FROM entities WHERE id = :id",
        named_params! { ":id": id.0 },
        from_row,
    )
}

/// Finds an entity by name, ignoring ASCII case.
pub(crate) fn find_by_name(db: &NotebookDb<'_>, kind: EntityType, name: &str) -> Result<Option<ExtractionEntity>> {
    db.query_optional(
        "SELECT id, entity_type, canonical_name, description, is_quarantined, is_curated FROM entities
         WHERE entity_type = :kind AND canonical_name = :name COLLATE NOCASE ORDER BY id LIMIT 1",
        named_params! { ":kind": kind.name(), ":name": name },
        from_row,
    )
}

/// Finds an entity by a lower-case alias.
pub(crate) fn find_by_alias(db: &NotebookDb<'_>, kind: EntityType, alias: &str) -> Result<Option<ExtractionEntity>> {
    db.query_optional(
        "SELECT e.id, entity_type, canonical_name, description, is_quarantined, is_curated
         FROM entity_aliases a JOIN entities e ON e.id = a.entity_id
         WHERE a.alias_normalised = :alias AND e.entity_type = :kind ORDER BY e.id LIMIT 1",
        named_params! { ":alias": alias, ":kind": kind.name() },
        from_row,
    )
}

/// Adds an entity.
pub(crate) fn add(db: &NotebookDb<'_>, new: &NewEntity<'_>) -> Result<EntityId> {
    let (embedding, embedder) = new.embedding.map(|(vector, embedder)| (vector_to_bytes(vector), embedder)).unzip();
    let id = db.insert(
        "INSERT INTO entities (entity_type, canonical_name, description, embedding, embedder, first_seen, created_at,
                               updated_at)
         VALUES (:kind, :name, :description, :embedding, :embedder, :seen, :at, :at)",
        named_params! {
            ":kind": new.kind.name(), ":name": new.name, ":description": new.description, ":embedding": embedding,
            ":embedder": embedder, ":seen": new.first_seen, ":at": new.at,
        },
    )?;
    Ok(EntityId(id))
}

/// Replaces an entity's vector; returns false if its name or description has changed since.
pub(crate) fn set_vector(
    db: &NotebookDb<'_>,
    entity: &ExtractionEntity,
    vector: &[f32],
    embedder: &str,
) -> Result<bool> {
    let changed = db.execute(
        "UPDATE entities SET embedding = :embedding, embedder = :embedder
         WHERE id = :id AND canonical_name = :name AND description = :description",
        named_params! {
            ":id": entity.id.0, ":name": entity.name, ":description": entity.description,
            ":embedding": vector_to_bytes(vector), ":embedder": embedder,
        },
    )?;
    Ok(changed == 1)
}

/// Lowers `first_seen` to the day of an entry.
pub(crate) fn lower_first_seen(db: &NotebookDb<'_>, id: EntityId, day: &str) -> Result<()> {
    db.execute(
        "UPDATE entities SET first_seen = :day WHERE id = :id AND (first_seen = '' OR first_seen > :day)",
        named_params! { ":id": id.0, ":day": day },
    )
    .map(drop)
}

/// Adds a lower-case alias unless the owner refused it or another entity of the type has that name or alias.
pub(crate) fn add_alias(db: &NotebookDb<'_>, entity: &ExtractionEntity, alias: &str, at: &str) -> Result<()> {
    db.execute(
        "INSERT INTO entity_aliases (entity_id, alias_normalised, created_at)
         SELECT :id, :alias, :at
         WHERE NOT EXISTS (SELECT 1 FROM entity_alias_refusals WHERE entity_id = :id AND alias_normalised = :alias)
           AND NOT EXISTS (SELECT 1 FROM entity_aliases a JOIN entities e ON e.id = a.entity_id
                           WHERE a.alias_normalised = :alias AND e.entity_type = :kind)
           AND NOT EXISTS (SELECT 1 FROM entities
                           WHERE entity_type = :kind AND canonical_name = :alias COLLATE NOCASE)",
        named_params! { ":id": entity.id.0, ":kind": entity.kind.name(), ":alias": alias, ":at": at },
    )
    .map(drop)
}

/// Quarantines an entity that is not curated; returns false if nothing changed.
pub(crate) fn quarantine(db: &NotebookDb<'_>, id: EntityId, reason: &str, at: &str) -> Result<bool> {
    let changed = db.execute(
        "UPDATE entities SET is_quarantined = 1, quarantine_reason = :reason, quarantined_at = :at
         WHERE id = :id AND is_quarantined = 0 AND is_curated = 0",
        named_params! { ":id": id.0, ":reason": reason, ":at": at },
    )?;
    Ok(changed == 1)
}

/// Encodes a vector as stored: little-endian 32-bit floats.
fn vector_to_bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|component| component.to_le_bytes()).collect()
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ExtractionEntity> {
    Ok(ExtractionEntity {
        id: EntityId(row.get(0)?),
        kind: type_from_row(row, 1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        is_quarantined: row.get(4)?,
        is_curated: row.get(5)?,
    })
}
