//! What an owner changes of an entity. Each act makes it curated: no run takes back what was said of it.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::entity::EntityType;
use crate::model::id::EntityId;
use crate::storage::notebook::NotebookDb;

/// Adds one that an owner made.
pub(crate) fn add(db: &NotebookDb<'_>, kind: EntityType, name: &str, at: &str) -> Result<EntityId> {
    db.insert(
        "INSERT INTO entities (entity_type, canonical_name, is_curated, created_at, updated_at)
         VALUES (:type, :name, 1, :at, :at)",
        named_params! { ":type": kind.name(), ":name": name, ":at": at },
    )
    .map(EntityId)
}

/// Notes that its owner had a hand in it.
pub(crate) fn curate(db: &NotebookDb<'_>, id: EntityId, at: &str) -> Result<()> {
    db.run(
        "UPDATE entities SET is_curated = 1, updated_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":at": at },
    )
    .map(drop)
}

/// Gives it another name. Its vector was that of the old one; the next run makes it anew.
pub(crate) fn rename(db: &NotebookDb<'_>, id: EntityId, name: &str) -> Result<()> {
    db.run(
        "UPDATE entities SET canonical_name = :name, embedding = NULL, embedder = NULL WHERE id = :id",
        named_params! { ":id": id.0, ":name": name },
    )
    .map(drop)
}

/// Makes it something else.
pub(crate) fn retype(db: &NotebookDb<'_>, id: EntityId, kind: EntityType) -> Result<()> {
    db.run(
        "UPDATE entities SET entity_type = :type WHERE id = :id",
        named_params! { ":id": id.0, ":type": kind.name() },
    )
    .map(drop)
}

/// Describes it anew.
pub(crate) fn describe(db: &NotebookDb<'_>, id: EntityId, description: &str) -> Result<()> {
    db.run(
        "UPDATE entities SET description = :text WHERE id = :id",
        named_params! { ":id": id.0, ":text": description },
    )
    .map(drop)
}

/// Sets it aside.
pub(crate) fn quarantine(db: &NotebookDb<'_>, id: EntityId, reason: &str, at: &str) -> Result<()> {
    db.run(
        "UPDATE entities SET is_quarantined = 1, quarantine_reason = :reason, quarantined_at = :at WHERE id = :id",
        named_params! { ":id": id.0, ":reason": reason, ":at": at },
    )
    .map(drop)
}

/// Takes it back among the others.
pub(crate) fn release(db: &NotebookDb<'_>, id: EntityId) -> Result<()> {
    db.run(
        "UPDATE entities SET is_quarantined = 0, quarantine_reason = '', quarantined_at = '' WHERE id = :id",
        named_params! { ":id": id.0 },
    )
    .map(drop)
}

/// Removes it with everything that refers to it.
pub(crate) fn remove(db: &NotebookDb<'_>, id: EntityId) -> Result<()> {
    db.run("DELETE FROM entities WHERE id = :id", named_params! { ":id": id.0 }).map(drop)
}

/// Lets the first of two days count on which either was seen.
pub(crate) fn seen_as_early(db: &NotebookDb<'_>, id: EntityId, as_other: EntityId) -> Result<()> {
    db.run(
        "UPDATE entities SET first_seen = COALESCE((
             SELECT MIN(first_seen) FROM entities WHERE id IN (:id, :other) AND first_seen <> ''), '')
         WHERE id = :id",
        named_params! { ":id": id.0, ":other": as_other.0 },
    )
    .map(drop)
}

/// Sets the first day on which it was seen by its mentions; without any it stays.
pub(crate) fn see_anew(db: &NotebookDb<'_>, id: EntityId) -> Result<()> {
    db.run(
        "UPDATE entities SET first_seen = COALESCE((
             SELECT MIN(n.entry_date) FROM entity_mentions m JOIN entries n ON n.id = m.entry_id
             WHERE m.entity_id = :id), first_seen)
         WHERE id = :id",
        named_params! { ":id": id.0 },
    )
    .map(drop)
}
