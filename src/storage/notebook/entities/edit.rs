//! Changes of entities by their owner. Each marks the entity as curated, which protects it from extraction runs.

use rusqlite::named_params;

use crate::domain::entity::EntityType;
use crate::domain::id::EntityId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Adds an entity created by the owner.
pub(crate) fn add(db: &NotebookDb<'_>, kind: EntityType, name: &str, at: &str) -> Result<EntityId> {
    db.insert(
        "INSERT INTO entities (entity_type, canonical_name, is_curated, created_at, updated_at)
         VALUES (:type, :name, 1, :at, :at)",
        named_params! { ":type": kind.name(), ":name": name, ":at": at },
    )
    .map(EntityId)
}

/// Marks an entity as curated.
pub(crate) fn mark_curated(db: &NotebookDb<'_>, id: EntityId, at: &str) -> Result<()> {
    db.execute(
        "UPDATE entities SET is_curated = 1, updated_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":at": at },
    )
    .map(drop)
}

/// Renames an entity and removes its vector, which the next run recomputes.
pub(crate) fn rename(db: &NotebookDb<'_>, id: EntityId, name: &str) -> Result<()> {
    db.execute(
        "UPDATE entities SET canonical_name = :name, embedding = NULL, embedder = NULL WHERE id = :id",
        named_params! { ":id": id.0, ":name": name },
    )
    .map(drop)
}

/// Changes the type of an entity.
pub(crate) fn retype(db: &NotebookDb<'_>, id: EntityId, kind: EntityType) -> Result<()> {
    db.execute(
        "UPDATE entities SET entity_type = :type WHERE id = :id",
        named_params! { ":id": id.0, ":type": kind.name() },
    )
    .map(drop)
}

/// Replaces the description of an entity.
pub(crate) fn describe(db: &NotebookDb<'_>, id: EntityId, description: &str) -> Result<()> {
    db.execute(
        "UPDATE entities SET description = :text WHERE id = :id",
        named_params! { ":id": id.0, ":text": description },
    )
    .map(drop)
}

/// Quarantines an entity.
pub(crate) fn quarantine(db: &NotebookDb<'_>, id: EntityId, reason: &str, at: &str) -> Result<()> {
    db.execute(
        "UPDATE entities SET is_quarantined = 1, quarantine_reason = :reason, quarantined_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":reason": reason, ":at": at },
    )
    .map(drop)
}

/// Releases an entity from quarantine.
pub(crate) fn release(db: &NotebookDb<'_>, id: EntityId) -> Result<()> {
    db.execute(
        "UPDATE entities SET is_quarantined = 0, quarantine_reason = '', quarantined_at = '' WHERE id = :id",
        named_params! { ":id": id.0 },
    )
    .map(drop)
}

/// Removes an entity with all rows that refer to it.
pub(crate) fn remove(db: &NotebookDb<'_>, id: EntityId) -> Result<()> {
    db.execute("DELETE FROM entities WHERE id = :id", named_params! { ":id": id.0 }).map(drop)
}

/// Sets `first_seen` to the earlier day of two entities.
pub(crate) fn set_earlier_first_seen(db: &NotebookDb<'_>, id: EntityId, as_other: EntityId) -> Result<()> {
    db.execute(
        "UPDATE entities SET first_seen = COALESCE((
             SELECT MIN(first_seen) FROM entities WHERE id IN (:id, :other) AND first_seen <> ''), '')
         WHERE id = :id",
        named_params! { ":id": id.0, ":other": as_other.0 },
    )
    .map(drop)
}

/// Recomputes `first_seen` from the mentions; unchanged without any.
pub(crate) fn recompute_first_seen(db: &NotebookDb<'_>, id: EntityId) -> Result<()> {
    db.execute(
        "UPDATE entities SET first_seen = COALESCE((
             SELECT MIN(n.entry_date) FROM entity_mentions m JOIN entries n ON n.id = m.entry_id
             WHERE m.entity_id = :id), first_seen)
         WHERE id = :id",
        named_params! { ":id": id.0 },
    )
    .map(drop)
}
