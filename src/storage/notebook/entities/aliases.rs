//! Other names, and those that an owner took away.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::EntityId;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::Named;
use crate::storage::notebook::entities::named_from_row;

/// Returns an entity's other names, in order.
pub(crate) fn of(db: &NotebookDb<'_>, id: EntityId) -> Result<Vec<String>> {
    db.all(
        "SELECT alias_normalised FROM entity_aliases WHERE entity_id = :id ORDER BY alias_normalised",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )
}

/// Finds whose other name it is; of several, the oldest.
pub(crate) fn owner(db: &NotebookDb<'_>, alias: &str) -> Result<Option<Named>> {
    db.first(
        "SELECT e.id, e.entity_type, e.canonical_name FROM entity_aliases a JOIN entities e ON e.id = a.entity_id
         WHERE a.alias_normalised = :alias ORDER BY e.id LIMIT 1",
        named_params! { ":alias": alias },
        named_from_row,
    )
}

/// Finds who else than one has that other name; of several, the oldest.
pub(crate) fn owner_beside(db: &NotebookDb<'_>, alias: &str, id: EntityId) -> Result<Option<Named>> {
    db.first(
        "SELECT e.id, e.entity_type, e.canonical_name FROM entity_aliases a JOIN entities e ON e.id = a.entity_id
         WHERE a.alias_normalised = :alias AND a.entity_id <> :id ORDER BY e.id LIMIT 1",
        named_params! { ":alias": alias, ":id": id.0 },
        named_from_row,
    )
}

/// Adds another name, and lifts its refusal; returns its row if it is new.
pub(crate) fn add(db: &NotebookDb<'_>, id: EntityId, alias: &str, at: &str) -> Result<Option<i64>> {
    db.run(
        "DELETE FROM entity_alias_refusals WHERE entity_id = :id AND alias_normalised = :alias",
        named_params! { ":id": id.0, ":alias": alias },
    )?;
    db.first(
        "INSERT INTO entity_aliases (entity_id, alias_normalised, created_at) VALUES (:id, :alias, :at)
         ON CONFLICT (entity_id, alias_normalised) DO NOTHING RETURNING id",
        named_params! { ":id": id.0, ":alias": alias, ":at": at },
        |row| row.get(0),
    )
}

/// Removes another name; tells whether it was one.
pub(crate) fn remove(db: &NotebookDb<'_>, id: EntityId, alias: &str) -> Result<bool> {
    Ok(db.run(
        "DELETE FROM entity_aliases WHERE entity_id = :id AND alias_normalised = :alias",
        named_params! { ":id": id.0, ":alias": alias },
    )? == 1)
}

/// Keeps runs from giving a name back that was taken away.
pub(crate) fn refuse(db: &NotebookDb<'_>, id: EntityId, alias: &str, at: &str) -> Result<()> {
    db.run(
        "INSERT INTO entity_alias_refusals (entity_id, alias_normalised, decided_at) VALUES (:id, :alias, :at)
         ON CONFLICT (entity_id, alias_normalised) DO UPDATE SET decided_at = excluded.decided_at",
        named_params! { ":id": id.0, ":alias": alias, ":at": at },
    )
    .map(drop)
}
