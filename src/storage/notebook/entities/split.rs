//! Split of an entity: moves selected mentions to another entity.

use rusqlite::named_params;

use crate::domain::id::{EntityId, EntryId};
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::ids_to_json;

/// A mention selected for the split.
pub(crate) struct SelectedMention {
    pub(crate) id: i64,
    pub(crate) entry: EntryId,
    /// The model's name for the entity; empty if not recorded.
    pub(crate) name: String,
}

/// Returns the mentions of an entity among the given ids.
pub(crate) fn find_mentions(db: &NotebookDb<'_>, of: EntityId, ids: &[i64]) -> Result<Vec<SelectedMention>> {
    db.query_all(
        "SELECT id, entry_id, name FROM entity_mentions
         WHERE entity_id = :of AND id IN (SELECT value FROM json_each(:ids)) ORDER BY id",
        named_params! { ":of": of.0, ":ids": ids_to_json(ids.iter().copied()) },
        |row| Ok(SelectedMention { id: row.get(0)?, entry: EntryId(row.get(1)?), name: row.get(2)? }),
    )
}

/// Moves a mention to another entity.
pub(crate) fn move_mention(db: &NotebookDb<'_>, id: i64, to: EntityId) -> Result<()> {
    db.execute("UPDATE entity_mentions SET entity_id = :to WHERE id = :id", named_params! { ":id": id, ":to": to.0 })
        .map(drop)
}

/// Moves the relationship ends of an entry that no longer mentions `from`; returns their number.
pub(crate) fn move_relationships(db: &NotebookDb<'_>, entry: EntryId, from: EntityId, to: EntityId) -> Result<usize> {
    let subjects = db.execute(
        "UPDATE entity_relationships SET subject_entity_id = :to
         WHERE entry_id = :entry AND subject_entity_id = :from
           AND NOT EXISTS (SELECT 1 FROM entity_mentions m WHERE m.entity_id = :from AND m.entry_id = :entry)",
        named_params! { ":entry": entry.0, ":from": from.0, ":to": to.0 },
    )?;
    let objects = db.execute(
        "UPDATE entity_relationships SET object_entity_id = :to
         WHERE entry_id = :entry AND object_entity_id = :from
           AND NOT EXISTS (SELECT 1 FROM entity_mentions m WHERE m.entity_id = :from AND m.entry_id = :entry)",
        named_params! { ":entry": entry.0, ":from": from.0, ":to": to.0 },
    )?;
    Ok(subjects + objects)
}
