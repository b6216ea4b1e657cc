//! Two that become one, with everything that it takes to make them two again.

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Result;
use crate::model::entity::Merge;
use crate::model::id::EntityId;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::kind;
use crate::storage::notebook::entities::texts;

/// Notes what one is that goes, and returns the number of the merge.
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

/// Notes a row that a merge moved or added.
pub(crate) fn note(db: &NotebookDb<'_>, merge: i64, what: &str, row: i64) -> Result<()> {
    db.run(
        "INSERT INTO entity_merge_moves (merge_id, what, row_id) VALUES (:merge, :what, :row)
         ON CONFLICT (merge_id, what, row_id) DO NOTHING",
        named_params! { ":merge": merge, ":what": what, ":row": row },
    )
    .map(drop)
}

/// Moves the mentions; returns how many.
pub(crate) fn move_mentions(db: &NotebookDb<'_>, merge: i64, from: EntityId, to: EntityId) -> Result<i64> {
    let moved = db.all(
        "UPDATE entity_mentions SET entity_id = :to WHERE entity_id = :from RETURNING id",
        named_params! { ":from": from.0, ":to": to.0 },
        |row| row.get(0),
    )?;
    noted(db, merge, "mention", &moved)
}

/// Moves both ends of relationships; returns how many ends.
pub(crate) fn move_relationships(db: &NotebookDb<'_>, merge: i64, from: EntityId, to: EntityId) -> Result<i64> {
    let subjects = db.all(
        "UPDATE entity_relationships SET subject_entity_id = :to WHERE subject_entity_id = :from RETURNING id",
        named_params! { ":from": from.0, ":to": to.0 },
        |row| row.get(0),
    )?;
    let objects = db.all(
        "UPDATE entity_relationships SET object_entity_id = :to WHERE object_entity_id = :from RETURNING id",
        named_params! { ":from": from.0, ":to": to.0 },
        |row| row.get(0),
    )?;
    Ok(noted(db, merge, "subject", &subjects)? + noted(db, merge, "object", &objects)?)
}

/// Moves what had been merged into the one that goes.
pub(crate) fn move_history(db: &NotebookDb<'_>, merge: i64, from: EntityId, to: EntityId) -> Result<i64> {
    let moved = db.all(
        "UPDATE entity_merge_history SET survivor_id = :to WHERE survivor_id = :from RETURNING id",
        named_params! { ":from": from.0, ":to": to.0 },
        |row| row.get(0),
    )?;
    noted(db, merge, "history", &moved)
}

/// Moves the pairs that it was told to be two with; the pair of the two themselves goes with it.
pub(crate) fn move_decisions(db: &NotebookDb<'_>, merge: i64, from: EntityId, to: EntityId) -> Result<i64> {
    let apart = db.all(
        "SELECT id FROM entity_pair_decisions
         WHERE entity_id_lo = MIN(:from, :to) AND entity_id_hi = MAX(:from, :to)",
        named_params! { ":from": from.0, ":to": to.0 },
        |row| row.get(0),
    )?;
    let shared = db.all(
        "SELECT d.id FROM entity_pair_decisions own JOIN entity_pair_decisions d
             ON d.entity_id_lo = MIN(:to, own.entity_id_lo + own.entity_id_hi - :from)
            AND d.entity_id_hi = MAX(:to, own.entity_id_lo + own.entity_id_hi - :from)
         WHERE own.entity_id_lo = :from OR own.entity_id_hi = :from",
        named_params! { ":from": from.0, ":to": to.0 },
        |row| row.get(0),
    )?;
    let moved = db.all(
        "UPDATE OR IGNORE entity_pair_decisions
         SET entity_id_lo = MIN(:to, entity_id_lo + entity_id_hi - :from),
             entity_id_hi = MAX(:to, entity_id_lo + entity_id_hi - :from)
         WHERE (entity_id_lo = :from OR entity_id_hi = :from) AND entity_id_lo + entity_id_hi <> :from + :to
         RETURNING id",
        named_params! { ":from": from.0, ":to": to.0 },
        |row| row.get(0),
    )?;
    noted(db, merge, "apart", &apart)?;
    noted(db, merge, "shared", &shared)?;
    noted(db, merge, "decision", &moved)
}

fn noted(db: &NotebookDb<'_>, merge: i64, what: &str, rows: &[i64]) -> Result<i64> {
    rows.iter().try_for_each(|&row| note(db, merge, what, row))?;
    Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
}

/// Returns what was merged into one, newest first.
pub(crate) fn history(db: &NotebookDb<'_>, survivor: EntityId) -> Result<Vec<Merge>> {
    db.all(
        "SELECT id, survivor_id, absorbed_id, absorbed_name, absorbed_type, absorbed_desc, absorbed_aliases,
                absorbed_is_quarantined, absorbed_quarantine_reason, absorbed_quarantined_at, merged_at, merged_by,
                undone_at
         FROM entity_merge_history WHERE survivor_id = :survivor ORDER BY merged_at DESC, id DESC",
        named_params! { ":survivor": survivor.0 },
        merge_from_row,
    )
}

/// Finds one merge.
pub(crate) fn find(db: &NotebookDb<'_>, id: i64) -> Result<Option<Merge>> {
    db.first(
        "SELECT id, survivor_id, absorbed_id, absorbed_name, absorbed_type, absorbed_desc, absorbed_aliases,
                absorbed_is_quarantined, absorbed_quarantine_reason, absorbed_quarantined_at, merged_at, merged_by,
                undone_at
         FROM entity_merge_history WHERE id = :id",
        named_params! { ":id": id },
        merge_from_row,
    )
}

fn merge_from_row(row: &Row<'_>) -> rusqlite::Result<Merge> {
    Ok(Merge {
        id: row.get(0)?,
        survivor_id: EntityId(row.get(1)?),
        absorbed_id: EntityId(row.get(2)?),
        absorbed_name: row.get(3)?,
        absorbed_type: kind(row, 4)?,
        absorbed_desc: row.get(5)?,
        absorbed_aliases: texts(row, 6)?,
        absorbed_is_quarantined: row.get(7)?,
        absorbed_quarantine_reason: row.get(8)?,
        absorbed_quarantined_at: row.get(9)?,
        merged_at: row.get(10)?,
        merged_by: row.get(11)?,
        undone_at: row.get(12)?,
    })
}
