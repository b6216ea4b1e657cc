//! Entities as a run looks for them, makes them and sets them aside.

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Result;
use crate::model::entity::EntityType;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::kind;

/// Somebody or something, as a run has to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entity {
    pub(crate) id: EntityId,
    pub(crate) kind: EntityType,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) is_quarantined: bool,
    /// Whether the owner had a hand in it.
    pub(crate) is_curated: bool,
}

/// A new one.
pub(crate) struct New<'a> {
    pub(crate) kind: EntityType,
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    /// With the model that it comes from.
    pub(crate) embedding: Option<(&'a [f32], &'a str)>,
    /// The day of its entry.
    pub(crate) first_seen: &'a str,
    pub(crate) at: &'a str,
}

/// Returns what the owner said of a name, in this entry or everywhere; the inner `None` is that it is nothing.
#[expect(clippy::option_option, reason = "the inner `None` is that the owner said it is nothing")]
pub(crate) fn correction(
    db: &NotebookDb<'_>,
    kind: EntityType,
    key: &str,
    entry: EntryId,
) -> Result<Option<Option<EntityId>>> {
    db.first(
        "SELECT entity_id FROM entity_corrections
         WHERE name_key = :key AND entity_type = :kind AND COALESCE(entry_id, 0) IN (:entry, 0)
         ORDER BY entry_id IS NULL LIMIT 1",
        named_params! { ":key": key, ":kind": kind.name(), ":entry": entry.0 },
        |row| Ok(row.get::<_, Option<i64>>(0)?.map(EntityId)),
    )
}

/// Finds one by its number.
pub(crate) fn find(db: &NotebookDb<'_>, id: EntityId) -> Result<Option<Entity>> {
    db.first(
        "SELECT id, entity_type, canonical_name, description, is_quarantined, is_curated FROM entities WHERE id = :id",
        named_params! { ":id": id.0 },
        from_row,
    )
}

/// Finds one by its name, whatever the ASCII case.
pub(crate) fn named(db: &NotebookDb<'_>, kind: EntityType, name: &str) -> Result<Option<Entity>> {
    db.first(
        "SELECT id, entity_type, canonical_name, description, is_quarantined, is_curated FROM entities
         WHERE entity_type = :kind AND canonical_name = :name COLLATE NOCASE ORDER BY id LIMIT 1",
        named_params! { ":kind": kind.name(), ":name": name },
        from_row,
    )
}

/// Finds one by another name that it has, lower case.
pub(crate) fn called(db: &NotebookDb<'_>, kind: EntityType, alias: &str) -> Result<Option<Entity>> {
    db.first(
        "SELECT e.id, entity_type, canonical_name, description, is_quarantined, is_curated
         FROM entity_aliases a JOIN entities e ON e.id = a.entity_id
         WHERE a.alias_normalised = :alias AND e.entity_type = :kind ORDER BY e.id LIMIT 1",
        named_params! { ":alias": alias, ":kind": kind.name() },
        from_row,
    )
}

/// Adds one.
pub(crate) fn add(db: &NotebookDb<'_>, new: &New<'_>) -> Result<EntityId> {
    let (embedding, embedder) = new.embedding.map(|(vector, embedder)| (bytes(vector), embedder)).unzip();
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

/// Replaces the vector of one, if its name and description are still these; tells whether they were.
pub(crate) fn embed(db: &NotebookDb<'_>, entity: &Entity, vector: &[f32], embedder: &str) -> Result<bool> {
    let changed = db.run(
        "UPDATE entities SET embedding = :embedding, embedder = :embedder
         WHERE id = :id AND canonical_name = :name AND description = :description",
        named_params! {
            ":id": entity.id.0, ":name": entity.name, ":description": entity.description,
            ":embedding": bytes(vector), ":embedder": embedder,
        },
    )?;
    Ok(changed == 1)
}

/// Notes that an entry of this day speaks of one.
pub(crate) fn seen(db: &NotebookDb<'_>, id: EntityId, day: &str) -> Result<()> {
    db.run(
        "UPDATE entities SET first_seen = :day WHERE id = :id AND (first_seen = '' OR first_seen > :day)",
        named_params! { ":id": id.0, ":day": day },
    )
    .map(drop)
}

/// Gives one another name, lower case, unless the owner took it away or another of its type goes by it.
pub(crate) fn call(db: &NotebookDb<'_>, entity: &Entity, alias: &str, at: &str) -> Result<()> {
    db.run(
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

/// Sets one aside that the owner had no hand in; tells whether that is new.
pub(crate) fn set_aside(db: &NotebookDb<'_>, id: EntityId, reason: &str, at: &str) -> Result<bool> {
    let changed = db.run(
        "UPDATE entities SET is_quarantined = 1, quarantine_reason = :reason, quarantined_at = :at
         WHERE id = :id AND is_quarantined = 0 AND is_curated = 0",
        named_params! { ":id": id.0, ":reason": reason, ":at": at },
    )?;
    Ok(changed == 1)
}

/// Writes a vector as it is stored.
fn bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|component| component.to_le_bytes()).collect()
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Entity> {
    Ok(Entity {
        id: EntityId(row.get(0)?),
        kind: kind(row, 1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        is_quarantined: row.get(4)?,
        is_curated: row.get(5)?,
    })
}
