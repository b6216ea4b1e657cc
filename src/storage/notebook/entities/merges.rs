//! Merges of two entities, recorded so that they can be undone.

use rusqlite::{Row, named_params};

use crate::domain::entity::EntityMerge;
use crate::domain::id::EntityId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::{texts_from_row, type_from_row};

/// Records the absorbed entity and returns the merge id.
pub(crate) fn begin(
    db: &NotebookDb<'_>,
    survivor: EntityId,
    absorbed: EntityId,
    aliases: &[String],
    at: &str,
) -> Result<i64> {
    db.insert(
        "INSERT INTO entity_merge_history (survivor_id, absorbed_id, absorbed_name, absorbed_type, absorbed_desc,
                                           absorbed_aliases, absorbed_is_quarantined, absorbed_quarantine_reason,
                                           absorbed_quarantined_at, absorbed_first_seen, absorbed_created_at,
                                           absorbed_is_curated, merged_at)
         SELECT :survivor, id, canonical_name, entity_type, description, :aliases, is_quarantined, quarantine_reason,
                quarantined_at, first_seen, created_at, is_curated, :at
         FROM entities WHERE id = :absorbed",
        named_params! {
            ":survivor": survivor.0, ":absorbed": absorbed.0, ":aliases": serde_json::json!(aliases).to_string(),
            ":at": at,
        },
    )
}

/// Records a row that a merge moved or added.
pub(crate) fn record_move(db: &NotebookDb<'_>, merge: i64, what: &str, row: i64) -> Result<()> {
    db.execute(
        "INSERT INTO entity_merge_moves (merge_id, what, row_id) VALUES (:merge, :what, :row)
         ON CONFLICT (merge_id, what, row_id) DO NOTHING",
        named_params! { ":merge": merge, ":what": what, ":row": row },
    )
    .map(drop)
}

/// Moves the mentions and returns their number.
pub(crate) fn move_mentions(db: &NotebookDb<'_>, merge: i64, from: EntityId, to: EntityId) -> Result<i64> {
    let sql = "UPDATE entity_mentions SET entity_id = :to WHERE entity_id = :from RETURNING id";
    record_moves(db, merge, "mention", sql, from, to)
}

/// Moves both ends of relationships and returns the number of ends.
pub(crate) fn move_relationships(db: &NotebookDb<'_>, merge: i64, from: EntityId, to: EntityId) -> Result<i64> {
    let subjects =
        "UPDATE entity_relationships SET subject_entity_id = :to WHERE subject_entity_id = :from RETURNING id";
    let objects = "UPDATE entity_relationships SET object_entity_id = :to WHERE object_entity_id = :from RETURNING id";
    Ok(record_moves(db, merge, "subject", subjects, from, to)? + record_moves(db, merge, "object", objects, from, to)?)
}

/// Moves the merges into the absorbed entity.
pub(crate) fn move_history(db: &NotebookDb<'_>, merge: i64, from: EntityId, to: EntityId) -> Result<i64> {
    let sql = "UPDATE entity_merge_history SET survivor_id = :to WHERE survivor_id = :from RETURNING id";
    record_moves(db, merge, "history", sql, from, to)
}

/// Moves the pair decisions; one on the merged pair itself is only recorded.
pub(crate) fn move_decisions(db: &NotebookDb<'_>, merge: i64, from: EntityId, to: EntityId) -> Result<i64> {
    let apart = "SELECT id FROM entity_pair_decisions
         WHERE entity_id_lo = MIN(:from, :to) AND entity_id_hi = MAX(:from, :to)";
    let shared = "SELECT d.id FROM entity_pair_decisions own JOIN entity_pair_decisions d
             ON d.entity_id_lo = MIN(:to, own.entity_id_lo + own.entity_id_hi - :from)
            AND d.entity_id_hi = MAX(:to, own.entity_id_lo + own.entity_id_hi - :from)
         WHERE own.entity_id_lo = :from OR own.entity_id_hi = :from";
    let moved = "UPDATE OR IGNORE entity_pair_decisions
         SET entity_id_lo = MIN(:to, entity_id_lo + entity_id_hi - :from),
             entity_id_hi = MAX(:to, entity_id_lo + entity_id_hi - :from)
         WHERE (entity_id_lo = :from OR entity_id_hi = :from) AND entity_id_lo + entity_id_hi <> :from + :to
         RETURNING id";
    record_moves(db, merge, "apart", apart, from, to)?;
    record_moves(db, merge, "shared", shared, from, to)?;
    record_moves(db, merge, "decision", moved, from, to)
}

/// Runs a statement that returns row ids, records them as moved, and returns their number.
fn record_moves(db: &NotebookDb<'_>, merge: i64, what: &str, sql: &str, from: EntityId, to: EntityId) -> Result<i64> {
    let rows: Vec<i64> = db.query_all(sql, named_params! { ":from": from.0, ":to": to.0 }, |row| row.get(0))?;
    rows.iter().try_for_each(|&row| record_move(db, merge, what, row))?;
    Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
}

/// Returns the merges into an entity, newest first.
pub(crate) fn list_history(db: &NotebookDb<'_>, survivor: EntityId) -> Result<Vec<EntityMerge>> {
    db.query_all(
        "SELECT id, survivor_id, absorbed_id, absorbed_name, absorbed_type, absorbed_desc, absorbed_aliases,
                absorbed_is_quarantined, absorbed_quarantine_reason, absorbed_quarantined_at, merged_at, merged_by,
                undone_at
         FROM entity_merge_history WHERE survivor_id = :survivor ORDER BY merged_at DESC, id DESC",
        named_params! { ":survivor": survivor.0 },
        merge_from_row,
    )
}

/// Finds a merge.
pub(crate) fn find(db: &NotebookDb<'_>, id: i64) -> Result<Option<EntityMerge>> {
    db.query_optional(
        "SELECT id, survivor_id, absorbed_id, absorbed_name, absorbed_type, absorbed_desc, absorbed_aliases,
                absorbed_is_quarantined, absorbed_quarantine_reason, absorbed_quarantined_at, merged_at, merged_by,
                undone_at
         FROM entity_merge_history WHERE id = :id",
        named_params! { ":id": id },
        merge_from_row,
    )
}

fn merge_from_row(row: &Row<'_>) -> rusqlite::Result<EntityMerge> {
    Ok(EntityMerge {
        id: row.get(0)?,
        survivor_id: EntityId(row.get(1)?),
        absorbed_id: EntityId(row.get(2)?),
        absorbed_name: row.get(3)?,
        absorbed_type: type_from_row(row, 4)?,
        absorbed_desc: row.get(5)?,
        absorbed_aliases: texts_from_row(row, 6)?,
        absorbed_is_quarantined: row.get(7)?,
        absorbed_quarantine_reason: row.get(8)?,
        absorbed_quarantined_at: row.get(9)?,
        merged_at: row.get(10)?,
        merged_by: row.get(11)?,
        undone_at: row.get(12)?,
    })
}
