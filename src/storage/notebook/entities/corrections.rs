//! What an owner said a name stands for. The latest word on a name counts.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::entity::Dismissal;
use crate::model::entity::EntityType;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::kind;

/// A thing that is called so, in one entry or everywhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name<'n> {
    pub(crate) kind: EntityType,
    /// Lower case, single blanks.
    pub(crate) key: &'n str,
    /// `None` is everywhere.
    pub(crate) entry: Option<EntryId>,
}

impl<'n> Name<'n> {
    /// A name wherever it stands.
    pub(crate) const fn everywhere(kind: EntityType, key: &'n str) -> Self {
        Self { kind, key, entry: None }
    }
}

/// Notes whom a name stands for; `None` is nothing. Returns the row.
pub(crate) fn say(db: &NotebookDb<'_>, name: Name<'_>, whom: Option<EntityId>, at: &str) -> Result<i64> {
    db.one(
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

/// Notes whom a name stands for, unless something was said of it before; returns the row if it is new.
pub(crate) fn say_first(db: &NotebookDb<'_>, name: Name<'_>, whom: Option<EntityId>, at: &str) -> Result<Option<i64>> {
    db.first(
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

/// Takes back what was said of a name everywhere.
pub(crate) fn unsay(db: &NotebookDb<'_>, kind: EntityType, key: &str) -> Result<()> {
    db.run(
        "DELETE FROM entity_corrections WHERE name_key = :key AND entity_type = :type AND entry_id IS NULL",
        named_params! { ":key": key, ":type": kind.name() },
    )
    .map(drop)
}

/// Takes back that a name stands for one, of whatever type and wherever.
pub(crate) fn unsay_of(db: &NotebookDb<'_>, whom: EntityId, key: &str) -> Result<()> {
    db.run(
        "DELETE FROM entity_corrections WHERE entity_id = :whom AND name_key = :key",
        named_params! { ":whom": whom.0, ":key": key },
    )
    .map(drop)
}

/// Lets everything that stood for one stand for another, or for nothing; returns the rows.
pub(crate) fn hand_over(db: &NotebookDb<'_>, from: EntityId, to: Option<EntityId>) -> Result<Vec<i64>> {
    db.all(
        "UPDATE entity_corrections SET entity_id = :to WHERE entity_id = :from RETURNING id",
        named_params! { ":from": from.0, ":to": to.map(|to| to.0) },
        |row| row.get(0),
    )
}

/// Returns the names that stand for nothing, in order.
pub(crate) fn dismissed(db: &NotebookDb<'_>) -> Result<Vec<Dismissal>> {
    db.all(
        "SELECT id, entity_type, name_key, entry_id, decided_at FROM entity_corrections WHERE entity_id IS NULL
         ORDER BY name_key, entity_type, entry_id",
        [],
        |row| {
            Ok(Dismissal {
                id: row.get(0)?,
                entity_type: kind(row, 1)?,
                name: row.get(2)?,
                entry_id: row.get::<_, Option<i64>>(3)?.map(EntryId),
                decided_at: row.get(4)?,
            })
        },
    )
}

/// Takes back that a name stands for nothing; tells whether it did.
pub(crate) fn allow(db: &NotebookDb<'_>, id: i64) -> Result<bool> {
    let done =
        db.run("DELETE FROM entity_corrections WHERE id = :id AND entity_id IS NULL", named_params! { ":id": id })?;
    Ok(done == 1)
}
