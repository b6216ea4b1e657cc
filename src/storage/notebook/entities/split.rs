//! Mentions that turn out to be of another.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::list;

/// A mention that is to be moved.
pub(crate) struct Chosen {
    pub(crate) id: i64,
    pub(crate) entry: EntryId,
    /// What the model called it; empty where that was not kept.
    pub(crate) name: String,
}

/// Returns those of some mentions that are an entity's.
pub(crate) fn chosen(db: &NotebookDb<'_>, of: EntityId, ids: &[i64]) -> Result<Vec<Chosen>> {
    db.all(
        "SELECT id, entry_id, name FROM entity_mentions
         WHERE entity_id = :of AND id IN (SELECT value FROM json_each(:ids)) ORDER BY id",
        named_params! { ":of": of.0, ":ids": list(ids.iter().copied()) },
        |row| Ok(Chosen { id: row.get(0)?, entry: EntryId(row.get(1)?), name: row.get(2)? }),
    )
}

/// Moves a mention.
pub(crate) fn move_mention(db: &NotebookDb<'_>, id: i64, to: EntityId) -> Result<()> {
    db.run("UPDATE entity_mentions SET entity_id = :to WHERE id = :id", named_params! { ":id": id, ":to": to.0 })
        .map(drop)
}

/// Moves the ends of an entry's relationships, if the entry no longer speaks of the one; returns how many.
pub(crate) fn move_relationships(db: &NotebookDb<'_>, entry: EntryId, from: EntityId, to: EntityId) -> Result<usize> {
    let subjects = db.run(
        "UPDATE entity_relationships SET subject_entity_id = :to
         WHERE entry_id = :entry AND subject_entity_id = :from
           AND NOT EXISTS (SELECT 1 FROM entity_mentions m WHERE m.entity_id = :from AND m.entry_id = :entry)",
        named_params! { ":entry": entry.0, ":from": from.0, ":to": to.0 },
    )?;
    let objects = db.run(
        "UPDATE entity_relationships SET object_entity_id = :to
         WHERE entry_id = :entry AND object_entity_id = :from
           AND NOT EXISTS (SELECT 1 FROM entity_mentions m WHERE m.entity_id = :from AND m.entry_id = :entry)",
        named_params! { ":entry": entry.0, ":from": from.0, ":to": to.0 },
    )?;
    Ok(subjects + objects)
}
