//! Rows of entity aliases, and of aliases refused by the owner.

use rusqlite::named_params;

use crate::domain::id::EntityId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::{EntityName, name_from_row};

/// Returns an entity's aliases, sorted.
pub(crate) fn list(db: &NotebookDb<'_>, id: EntityId) -> Result<Vec<String>> {
    db.query_all(
        "SELECT alias_normalised FROM entity_aliases WHERE entity_id = :id ORDER BY alias_normalised",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )
}

/// Returns the entity with an alias; of several, the oldest.
pub(crate) fn find_owner(db: &NotebookDb<'_>, alias: &str) -> Result<Option<EntityName>> {
    db.query_optional(
        "SELECT e.id, e.entity_type, e.canonical_name FROM entity_aliases a JOIN entities e ON e.id = a.entity_id
         WHERE a.alias_normalised = :alias ORDER BY e.id LIMIT 1",
        named_params! { ":alias": alias },
        name_from_row,
    )
}

/// Returns another entity than `id` with an alias; of several, the oldest.
pub(crate) fn find_other_owner(db: &NotebookDb<'_>, alias: &str, id: EntityId) -> Result<Option<EntityName>> {
    db.query_optional(
        "SELECT e.id, e.entity_type, e.canonical_name FROM entity_aliases a JOIN entities e ON e.id = a.entity_id
         WHERE a.alias_normalised = :alias AND a.entity_id <> :id ORDER BY e.id LIMIT 1",
        named_params! { ":alias": alias, ":id": id.0 },
        name_from_row,
    )
}

/// Adds an alias and removes its refusal; returns the row id if it is new.
pub(crate) fn add(db: &NotebookDb<'_>, id: EntityId, alias: &str, at: &str) -> Result<Option<i64>> {
    db.execute(
        "DELETE FROM entity_alias_refusals WHERE entity_id = :id AND alias_normalised = :alias",
        named_params! { ":id": id.0, ":alias": alias },
    )?;
    db.query_optional(
        "INSERT INTO entity_aliases (entity_id, alias_normalised, created_at) VALUES (:id, :alias, :at)
         ON CONFLICT (entity_id, alias_normalised) DO NOTHING RETURNING id",
        named_params! { ":id": id.0, ":alias": alias, ":at": at },
        |row| row.get(0),
    )
}

/// Removes an alias; returns false if there was none.
pub(crate) fn remove(db: &NotebookDb<'_>, id: EntityId, alias: &str) -> Result<bool> {
    Ok(db.execute(
        "DELETE FROM entity_aliases WHERE entity_id = :id AND alias_normalised = :alias",
        named_params! { ":id": id.0, ":alias": alias },
    )? == 1)
}

/// Refuses an alias, so that extraction runs do not add it again.
pub(crate) fn refuse(db: &NotebookDb<'_>, id: EntityId, alias: &str, at: &str) -> Result<()> {
    db.execute(
        "INSERT INTO entity_alias_refusals (entity_id, alias_normalised, decided_at) VALUES (:id, :alias, :at)
         ON CONFLICT (entity_id, alias_normalised) DO UPDATE SET decided_at = excluded.decided_at",
        named_params! { ":id": id.0, ":alias": alias, ":at": at },
    )
    .map(drop)
}
