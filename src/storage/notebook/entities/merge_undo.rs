//! Undo of a merge. Rows are moved back unless they were changed since.

use rusqlite::named_params;

use crate::domain::entity::EntityMerge;
use crate::domain::id::EntityId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::ids_to_json;

/// Restores the absorbed entity under its id, without its references.
pub(crate) fn restore_entity(db: &NotebookDb<'_>, merge: i64, at: &str) -> Result<()> {
    db.execute(
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

/// Marks a merge as undone.
pub(crate) fn mark_undone(db: &NotebookDb<'_>, merge: i64, at: &str) -> Result<()> {
    db.execute(
        "UPDATE entity_merge_history SET undone_at = :at WHERE id = :merge",
        named_params! { ":merge": merge, ":at": at },
    )
    .map(drop)
}

/// Runs a statement on rows that the merge moved, and returns the number of changed rows.
fn restore_rows(db: &NotebookDb<'_>, merge: &EntityMerge, sql: &str) -> Result<usize> {
    db.execute(
        sql,
        named_params! { ":absorbed": merge.absorbed_id.0, ":survivor": merge.survivor_id.0, ":merge": merge.id },
    )
}

/// Moves the mentions back.
pub(crate) fn restore_mentions(db: &NotebookDb<'_>, merge: &EntityMerge) -> Result<usize> {
    restore_rows(
        db,
        merge,
        "UPDATE entity_mentions SET entity_id = :absorbed
         WHERE entity_id = :survivor
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what = 'mention')",
    )
}

/// Moves both ends of the relationships back.
pub(crate) fn restore_relationships(db: &NotebookDb<'_>, merge: &EntityMerge) -> Result<usize> {
    let subjects = restore_rows(
        db,
        merge,
        "UPDATE entity_relationships SET subject_entity_id = :absorbed
         WHERE subject_entity_id = :survivor
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what = 'subject')",
    )?;
    let objects = restore_rows(
        db,
        merge,
        "UPDATE entity_relationships SET object_entity_id = :absorbed
         WHERE object_entity_id = :survivor
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what = 'object')",
    )?;
    Ok(subjects + objects)
}

/// A mention written after a merge.
pub(crate) struct RewrittenMention {
    pub(crate) id: i64,
    pub(crate) entry: i64,
    pub(crate) name: String,
}

/// Returns the survivor's mentions written after a merge, by runs that resolved the absorbed entity's names to it.
pub(crate) fn list_rewritten_mentions(db: &NotebookDb<'_>, merge: &EntityMerge) -> Result<Vec<RewrittenMention>> {
    db.query_all(
        "SELECT id, entry_id, name FROM entity_mentions
         WHERE entity_id = :survivor AND created_at >= :since AND name <> ''
           AND NOT EXISTS (SELECT 1 FROM entity_merge_moves v WHERE v.what = 'mention' AND v.row_id = entity_mentions.id)",
        named_params! { ":survivor": merge.survivor_id.0, ":since": merge.merged_at },
        |row| Ok(RewrittenMention { id: row.get(0)?, entry: row.get(1)?, name: row.get(2)? }),
    )
}

/// Moves mentions written after the merge to the restored entity.
pub(crate) fn move_rewritten_mentions(db: &NotebookDb<'_>, merge: &EntityMerge, ids: &[i64]) -> Result<usize> {
    db.execute(
        "UPDATE entity_mentions SET entity_id = :absorbed WHERE id IN (SELECT value FROM json_each(:ids))",
        named_params! { ":absorbed": merge.absorbed_id.0, ":ids": ids_to_json(ids.iter().copied()) },
    )
}

/// Moves relationship ends written after the merge, in entries that no longer mention the survivor.
pub(crate) fn move_rewritten_relationships(db: &NotebookDb<'_>, merge: &EntityMerge, entries: &[i64]) -> Result<usize> {
    let entries = ids_to_json(entries.iter().copied());
    let subjects = db.execute(
        "UPDATE entity_relationships SET subject_entity_id = :absorbed
         WHERE subject_entity_id = :survivor AND created_at >= :since AND entry_id IN (SELECT value FROM json_each(:entries))
           AND NOT EXISTS (SELECT 1 FROM entity_mentions m
                           WHERE m.entity_id = :survivor AND m.entry_id = entity_relationships.entry_id)",
        named_params! {
            ":absorbed": merge.absorbed_id.0, ":survivor": merge.survivor_id.0, ":since": merge.merged_at,
            ":entries": entries,
        },
    )?;
    let objects = db.execute(
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

/// Removes from the survivor the given aliases that merges added.
pub(crate) fn remove_merged_aliases(db: &NotebookDb<'_>, survivor: EntityId, names: &[String]) -> Result<()> {
    db.execute(
        "DELETE FROM entity_aliases
         WHERE entity_id = :survivor AND alias_normalised IN (SELECT value FROM json_each(:names))
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE what = 'alias')",
        named_params! { ":survivor": survivor.0, ":names": serde_json::json!(names).to_string() },
    )
    .map(drop)
}

/// Moves the corrections back.
pub(crate) fn restore_corrections(db: &NotebookDb<'_>, merge: &EntityMerge) -> Result<()> {
    restore_rows(
        db,
        merge,
        "UPDATE entity_corrections SET entity_id = :absorbed
         WHERE entity_id = :survivor
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what = 'correction')",
    )
    .map(drop)
}

/// Moves the pair decisions back and restores one on the merged pair.
pub(crate) fn restore_decisions(db: &NotebookDb<'_>, merge: &EntityMerge, at: &str) -> Result<()> {
    db.execute(
        "INSERT OR IGNORE INTO entity_pair_decisions (entity_id_lo, entity_id_hi, decided_at)
         SELECT MIN(:absorbed, :survivor), MAX(:absorbed, :survivor), :at
         WHERE EXISTS (SELECT 1 FROM entity_merge_moves WHERE merge_id = :merge AND what = 'apart')",
        named_params! {
            ":absorbed": merge.absorbed_id.0, ":survivor": merge.survivor_id.0, ":merge": merge.id, ":at": at,
        },
    )?;
    restore_rows(
        db,
        merge,
        "INSERT OR IGNORE INTO entity_pair_decisions (entity_id_lo, entity_id_hi, decision, decided_at)
         SELECT MIN(:absorbed, entity_id_lo + entity_id_hi - :survivor),
                MAX(:absorbed, entity_id_lo + entity_id_hi - :survivor), decision, decided_at
         FROM entity_pair_decisions
         WHERE (entity_id_lo = :survivor OR entity_id_hi = :survivor)
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what IN ('decision', 'shared'))",
    )?;
    db.execute(
        "DELETE FROM entity_pair_decisions
         WHERE (entity_id_lo = :survivor OR entity_id_hi = :survivor)
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what = 'decision')",
        named_params! { ":survivor": merge.survivor_id.0, ":merge": merge.id },
    )
    .map(drop)
}

/// Moves the earlier merges into the absorbed entity back.
pub(crate) fn restore_history(db: &NotebookDb<'_>, merge: &EntityMerge) -> Result<()> {
    restore_rows(
        db,
        merge,
        "UPDATE entity_merge_history SET survivor_id = :absorbed
         WHERE survivor_id = :survivor
           AND id IN (SELECT row_id FROM entity_merge_moves WHERE merge_id = :merge AND what = 'history')",
    )
    .map(drop)
}
