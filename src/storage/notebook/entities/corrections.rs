//! Rows of the owner's corrections: the entity a name denotes. The latest correction of a name applies.

use rusqlite::named_params;

use crate::domain::entity::{DismissedName, EntityType};
use crate::domain::id::{EntityId, EntryId};
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::type_from_row;

/// A name of an entity type, in one entry or everywhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CorrectedName<'n> {
    pub(crate) kind: EntityType,
    /// Lower case, single spaces.
    pub(crate) key: &'n str,
    /// `None` for every entry.
    pub(crate) entry: Option<EntryId>,
}

impl<'n> CorrectedName<'n> {
    /// Creates a name that applies to every entry.
    pub(crate) const fn for_all_entries(kind: EntityType, key: &'n str) -> Self {
        Self { kind, key, entry: None }
    }
}

/// Stores the entity a name denotes, `None` for no entity; returns the row id.
pub(crate) fn set(db: &NotebookDb<'_>, name: CorrectedName<'_>, whom: Option<EntityId>, at: &str) -> Result<i64> {
    db.query_one(
        "INSERT INTO entity_corrections (entity_type, name_key, entry_id, entity_id, decided_at)
         VALUES (:type, :key, :entry, :whom, :at)
         ON CONFLICT (name_key, entity_type, COALESCE(entry_id, 0))
         DO UPDATE SET entity_id = excluded.entity_id, decided_at = excluded.decided_at RETURNING id",
        named_params! {
            ":type": name.kind.name(), ":key": name.key, ":entry": name.entry.map(|entry| entry.0),
            ":whom": whom.map(|whom| whom.0), ":at": at,
        },
        |row| row.get(0),
    )
}

/// Stores the entity a name denotes unless there is a correction already; returns the row id if it is new.
pub(crate) fn set_if_absent(
    db: &NotebookDb<'_>,
    name: CorrectedName<'_>,
    whom: Option<EntityId>,
    at: &str,
) -> Result<Option<i64>> {
    db.query_optional(
        "INSERT INTO entity_corrections (entity_type, name_key, entry_id, entity_id, decided_at)
         VALUES (:type, :key, :entry, :whom, :at)
         ON CONFLICT (name_key, entity_type, COALESCE(entry_id, 0)) DO NOTHING RETURNING id",
        named_params! {
            ":type": name.kind.name(), ":key": name.key, ":entry": name.entry.map(|entry| entry.0),
            ":whom": whom.map(|whom| whom.0), ":at": at,
        },
        |row| row.get(0),
    )
}

/// Removes the correction of a name for all entries.
pub(crate) fn remove(db: &NotebookDb<'_>, kind: EntityType, key: &str) -> Result<()> {
    db.execute(
        "DELETE FROM entity_corrections WHERE name_key = :key AND entity_type = :type AND entry_id IS NULL",
        named_params! { ":key": key, ":type": kind.name() },
    )
    .map(drop)
}

/// Removes the corrections from a name to an entity, for every type and entry.
pub(crate) fn remove_for_entity(db: &NotebookDb<'_>, whom: EntityId, key: &str) -> Result<()> {
    db.execute(
        "DELETE FROM entity_corrections WHERE entity_id = :whom AND name_key = :key",
        named_params! { ":whom": whom.0, ":key": key },
    )
    .map(drop)
}

/// Redirects all corrections of an entity to another, or to no entity; returns the row ids.
pub(crate) fn redirect(db: &NotebookDb<'_>, from: EntityId, to: Option<EntityId>) -> Result<Vec<i64>> {
    db.query_all(
        "UPDATE entity_corrections SET entity_id = :to WHERE entity_id = :from RETURNING id",
        named_params! { ":from": from.0, ":to": to.map(|to| to.0) },
        |row| row.get(0),
    )
}

/// Returns the dismissed names, those that denote no entity, by name.
pub(crate) fn list_dismissed(db: &NotebookDb<'_>) -> Result<Vec<DismissedName>> {
    db.query_all(
        "SELECT id, entity_type, name_key, entry_id, decided_at FROM entity_corrections WHERE entity_id IS NULL
         ORDER BY name_key, entity_type, entry_id",
        [],
        |row| {
            Ok(DismissedName {
                id: row.get(0)?,
                entity_type: type_from_row(row, 1)?,
                name: row.get(2)?,
                entry_id: row.get::<_, Option<i64>>(3)?.map(EntryId),
                decided_at: row.get(4)?,
            })
        },
    )
}

/// Removes a dismissal; returns false if there was none.
pub(crate) fn remove_dismissal(db: &NotebookDb<'_>, id: i64) -> Result<bool> {
    let done =
        db.execute("DELETE FROM entity_corrections WHERE id = :id AND entity_id IS NULL", named_params! { ":id": id })?;
    Ok(done == 1)
}
