//! Pairs that may be one, and those that were told to be two.

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::EntityId;
use crate::storage::notebook::NotebookDb;

/// A pair that may be one.
pub(crate) struct Candidate {
    pub(crate) id: i64,
    /// The lower number first.
    pub(crate) pair: (EntityId, EntityId),
    pub(crate) similarity: f64,
    pub(crate) status: String,
    pub(crate) run: Option<String>,
    pub(crate) created_at: String,
}

/// A pair that was told to be two.
pub(crate) struct Decision {
    pub(crate) id: i64,
    /// The lower number first.
    pub(crate) pair: (EntityId, EntityId),
    pub(crate) verdict: String,
    pub(crate) decided_at: String,
}

/// Returns pairs of a status, most alike first.
pub(crate) fn candidates(db: &NotebookDb<'_>, status: &str, limit: i64) -> Result<Vec<Candidate>> {
    db.all(
        "SELECT id, entity_id_a, entity_id_b, similarity, status, extraction_run_id, created_at
         FROM entity_merge_candidates WHERE status = :status ORDER BY similarity DESC, id LIMIT :limit",
        named_params! { ":status": status, ":limit": limit },
        |row| {
            Ok(Candidate {
                id: row.get(0)?,
                pair: (EntityId(row.get(1)?), EntityId(row.get(2)?)),
                similarity: row.get(3)?,
                status: row.get(4)?,
                run: row.get(5)?,
                created_at: row.get(6)?,
            })
        },
    )
}

/// Counts pairs of a status.
pub(crate) fn candidate_count(db: &NotebookDb<'_>, status: &str) -> Result<i64> {
    db.one(
        "SELECT COUNT(*) FROM entity_merge_candidates WHERE status = :status",
        named_params! { ":status": status },
        |row| row.get(0),
    )
}

/// Decides on a pair that is still to be decided; returns the pair if it was.
pub(crate) fn resolve(db: &NotebookDb<'_>, id: i64, status: &str, at: &str) -> Result<Option<(EntityId, EntityId)>> {
    db.first(
        "UPDATE entity_merge_candidates SET status = :status, updated_at = :at, resolved_at = :at
         WHERE id = :id AND status = 'pending' RETURNING entity_id_a, entity_id_b",
        named_params! { ":id": id, ":status": status, ":at": at },
        |row| Ok((EntityId(row.get(0)?), EntityId(row.get(1)?))),
    )
}

/// Dismisses whatever is still to be decided of a pair.
pub(crate) fn dismiss(db: &NotebookDb<'_>, pair: (EntityId, EntityId), at: &str) -> Result<()> {
    db.run(
        "UPDATE entity_merge_candidates SET status = 'dismissed', updated_at = :at, resolved_at = :at
         WHERE entity_id_a = :a AND entity_id_b = :b AND status = 'pending'",
        named_params! { ":a": pair.0.0, ":b": pair.1.0, ":at": at },
    )
    .map(drop)
}

/// Lets a pair that was dismissed be decided again.
pub(crate) fn reopen(db: &NotebookDb<'_>, pair: (EntityId, EntityId), at: &str) -> Result<()> {
    db.run(
        "UPDATE entity_merge_candidates SET status = 'pending', updated_at = :at, resolved_at = NULL
         WHERE entity_id_a = :a AND entity_id_b = :b AND status = 'dismissed'",
        named_params! { ":a": pair.0.0, ":b": pair.1.0, ":at": at },
    )
    .map(drop)
}

/// Notes that a pair is two; the lower number comes first.
pub(crate) fn reject(db: &NotebookDb<'_>, pair: (EntityId, EntityId), at: &str) -> Result<Decision> {
    db.one(
        "INSERT INTO entity_pair_decisions (entity_id_lo, entity_id_hi, decided_at) VALUES (:lo, :hi, :at)
         ON CONFLICT (entity_id_lo, entity_id_hi) DO UPDATE SET decided_at = excluded.decided_at
         RETURNING id, entity_id_lo, entity_id_hi, decision, decided_at",
        named_params! { ":lo": pair.0.0, ":hi": pair.1.0, ":at": at },
        decision_from_row,
    )
}

/// Returns a page of pairs that were told to be two, newest first.
pub(crate) fn decisions(db: &NotebookDb<'_>, limit: i64, offset: i64) -> Result<Vec<Decision>> {
    db.all(
        "SELECT id, entity_id_lo, entity_id_hi, decision, decided_at FROM entity_pair_decisions
         ORDER BY decided_at DESC, id DESC LIMIT :limit OFFSET :offset",
        named_params! { ":limit": limit, ":offset": offset },
        decision_from_row,
    )
}

/// Counts pairs that were told to be two.
pub(crate) fn decision_count(db: &NotebookDb<'_>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM entity_pair_decisions", [], |row| row.get(0))
}

/// Takes a decision back; returns the pair if there was one.
pub(crate) fn withdraw(db: &NotebookDb<'_>, id: i64) -> Result<Option<(EntityId, EntityId)>> {
    db.first(
        "DELETE FROM entity_pair_decisions WHERE id = :id RETURNING entity_id_lo, entity_id_hi",
        named_params! { ":id": id },
        |row| Ok((EntityId(row.get(0)?), EntityId(row.get(1)?))),
    )
}

fn decision_from_row(row: &Row<'_>) -> rusqlite::Result<Decision> {
    Ok(Decision {
        id: row.get(0)?,
        pair: (EntityId(row.get(1)?), EntityId(row.get(2)?)),
        verdict: row.get(3)?,
        decided_at: row.get(4)?,
    })
}
