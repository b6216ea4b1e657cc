//! One that becomes two again. What was moved comes back as far as it is still where the merge put it.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::entity::Merge;
use crate::model::id::EntityId;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::list;

/// Puts the one that went back under its number, without what belongs to it.
pub(crate) fn restore(db: &NotebookDb<'_>, merge: i64, at: &str) -> Result<()> {
    db.run(
        "INSERT INTO entities (id, entity_type, canonical_name, description, first_seen, is_quarantined,
                               quarantine_reason, quarantined_at, created_at, updated_at, is_curated)
         SELECT absorbed_id, absorbed_type, absorbed_name, absorbed_desc, absorbed_first_seen, absorbed_is_quarantined,
                absorbed_quarantine_reason, absorbed_quarantined_at,
                CASE absorbed_created_at WHEN '' THEN merged_at ELSE absorbed_created_at END, :at, 1
         FROM entity_merge_history WHERE id = :merge",
        named_params! { ":merge": merge, ":at": at },
    )
    .map(drop)
}

/// Notes that a merge stands no longer.
pub(crate) fn end(db: &NotebookDb<'_>, merge: i64, at: &str) -> Result<()> {
    db.run(
        "UPDATE entity_merge_history SET undone_at = :at WHERE id = :merge",
        named_params! { ":merge": merge, ":at": at },
    )
    .map(drop)
}

/// Returns the mentions that a merge moved.
pub(crate) fn mentions(db: &NotebookDb<'_>, merge: &Merge) -> Result<usize> {
    db.run(
        "UPDATE entity_mentions SET entity_id = :absorbed
         WHERE entity_id = :survivor
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what = 'mention')",
        named_params! { ":absorbed": merge.absorbed_id.0, ":survivor": merge.survivor_id.0, ":merge": merge.id },
    )
}

/// Returns both ends of the relationships that a merge moved.
pub(crate) fn relationships(db: &NotebookDb<'_>, merge: &Merge) -> Result<usize> {
    let subjects = db.run(
        "UPDATE entity_relationships SET subject_entity_id = :absorbed
         WHERE subject_entity_id = :survivor
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what = 'subject')",
        named_params! { ":absorbed": merge.absorbed_id.0, ":survivor": merge.survivor_id.0, ":merge": merge.id },
    )?;
    let objects = db.run(
        "UPDATE entity_relationships SET object_entity_id = :absorbed
         WHERE object_entity_id = :survivor
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what = 'object')",
        named_params! { ":absorbed": merge.absorbed_id.0, ":survivor": merge.survivor_id.0, ":merge": merge.id },
    )?;
    Ok(subjects + objects)
}

/// A mention that was written since a merge, as its model called it.
pub(crate) struct Rewritten {
    pub(crate) id: i64,
    pub(crate) entry: i64,
    pub(crate) name: String,
}

/// Returns the mentions of the survivor that were written since a merge: by runs that found the absorbed one's names too.
pub(crate) fn rewritten(db: &NotebookDb<'_>, merge: &Merge) -> Result<Vec<Rewritten>> {
    db.all(
        "SELECT id, entry_id, name FROM entity_mentions
         WHERE entity_id = :survivor AND created_at >= :since AND name <> ''
           AND NOT EXISTS (SELECT 1 FROM entity_merge_moves v WHERE v.what = 'mention' AND v.row_id = entity_mentions.id)",
        named_params! { ":survivor": merge.survivor_id.0, ":since": merge.merged_at },
        |row| Ok(Rewritten { id: row.get(0)?, entry: row.get(1)?, name: row.get(2)? }),
    )
}

/// Gives rewritten mentions to the one that is there again.
pub(crate) fn take_mentions(db: &NotebookDb<'_>, merge: &Merge, ids: &[i64]) -> Result<usize> {
    db.run(
        "UPDATE entity_mentions SET entity_id = :absorbed WHERE id IN (SELECT value FROM json_each(:ids))",
        named_params! { ":absorbed": merge.absorbed_id.0, ":ids": list(ids.iter().copied()) },
    )
}

/// Gives it the ends of relationships that were rewritten in entries which no longer speak of the survivor.
pub(crate) fn take_relationships(db: &NotebookDb<'_>, merge: &Merge, entries: &[i64]) -> Result<usize> {
    let entries = list(entries.iter().copied());
    let subjects = db.run(
        "UPDATE entity_relationships SET subject_entity_id = :absorbed
         WHERE subject_entity_id = :survivor AND created_at >= :since AND entry_id IN (SELECT value FROM json_each(:entries))
           AND NOT EXISTS (SELECT 1 FROM entity_mentions m
                           WHERE m.entity_id = :survivor AND m.entry_id = entity_relationships.entry_id)",
        named_params! {
            ":absorbed": merge.absorbed_id.0, ":survivor": merge.survivor_id.0, ":since": merge.merged_at,
            ":entries": entries,
        },
    )?;
    let objects = db.run(
        "UPDATE entity_relationships SET object_entity_id = :absorbed
         WHERE object_entity_id = :survivor AND created_at >= :since AND entry_id IN (SELECT value FROM json_each(:entries))
           AND NOT EXISTS (SELECT 1 FROM entity_mentions m
                           WHERE m.entity_id = :survivor AND m.entry_id = entity_relationships.entry_id)",
        named_params! {
            ":absorbed": merge.absorbed_id.0, ":survivor": merge.survivor_id.0, ":since": merge.merged_at,
            ":entries": entries,
        },
    )?;
    Ok(subjects + objects)
}

/// Takes the names from the survivor that merges gave it and that are the other's.
pub(crate) fn take_aliases(db: &NotebookDb<'_>, survivor: EntityId, names: &[String]) -> Result<()> {
    db.run(
        "DELETE FROM entity_aliases
         WHERE entity_id = :survivor AND alias_normalised IN (SELECT value FROM json_each(:names))
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE what = 'alias')",
        named_params! { ":survivor": survivor.0, ":names": serde_json::json!(names).to_string() },
    )
    .map(drop)
}

/// Gives back what the owner said of its names.
pub(crate) fn corrections(db: &NotebookDb<'_>, merge: &Merge) -> Result<()> {
    db.run(
        "UPDATE entity_corrections SET entity_id = :absorbed
         WHERE entity_id = :survivor
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what = 'correction')",
        named_params! { ":absorbed": merge.absorbed_id.0, ":survivor": merge.survivor_id.0, ":merge": merge.id },
    )
    .map(drop)
}

/// Gives back the pairs that it was told to be two with, and that the two themselves were.
pub(crate) fn decisions(db: &NotebookDb<'_>, merge: &Merge, at: &str) -> Result<()> {
    db.run(
        "INSERT OR IGNORE INTO entity_pair_decisions (entity_id_lo, entity_id_hi, decided_at)
         SELECT MIN(:absorbed, :survivor), MAX(:absorbed, :survivor), :at
         WHERE EXISTS (SELECT 1 FROM entity_merge_moves WHERE merge_id = :merge AND what = 'apart')",
        named_params! {
            ":absorbed": merge.absorbed_id.0, ":survivor": merge.survivor_id.0, ":merge": merge.id, ":at": at,
        },
    )?;
    db.run(
        "INSERT OR IGNORE INTO entity_pair_decisions (entity_id_lo, entity_id_hi, decision, decided_at)
         SELECT MIN(:absorbed, entity_id_lo + entity_id_hi - :survivor),
                MAX(:absorbed, entity_id_lo + entity_id_hi - :survivor), decision, decided_at
         FROM entity_pair_decisions
         WHERE (entity_id_lo = :survivor OR entity_id_hi = :survivor)
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what IN ('decision', 'shared'))",
        named_params! { ":absorbed": merge.absorbed_id.0, ":survivor": merge.survivor_id.0, ":merge": merge.id },
    )?;
    db.run(
        "DELETE FROM entity_pair_decisions
         WHERE (entity_id_lo = :survivor OR entity_id_hi = :survivor)
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what = 'decision')",
        named_params! { ":survivor": merge.survivor_id.0, ":merge": merge.id },
    )
    .map(drop)
}

/// Gives back what had been merged into it before.
pub(crate) fn history(db: &NotebookDb<'_>, merge: &Merge) -> Result<()> {
    db.run(
        "UPDATE entity_merge_history SET survivor_id = :absorbed
         WHERE survivor_id = :survivor
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what = 'history')",
        named_params! { ":absorbed": merge.absorbed_id.0, ":survivor": merge.survivor_id.0, ":merge": merge.id },
    )
    .map(drop)
}
