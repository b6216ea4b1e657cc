//! Rows of merge candidates and pair decisions.

use rusqlite::{Row, named_params};

use crate::domain::id::EntityId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// A merge candidate: two entities that may be the same.
pub(crate) struct MergeCandidateRow {
    pub(crate) id: i64,
    /// Lower id first.
    pub(crate) pair: (EntityId, EntityId),
    pub(crate) similarity: f64,
    pub(crate) status: String,
    pub(crate) run: Option<String>,
    pub(crate) created_at: String,
}

/// A decision that two entities are not the same.
pub(crate) struct PairDecisionRow {
    pub(crate) id: i64,
    /// Lower id first.
    pub(crate) pair: (EntityId, EntityId),
    pub(crate) verdict: String,
    pub(crate) decided_at: String,
}

/// Returns candidates of a status, most similar first.
pub(crate) fn list_candidates(db: &NotebookDb<'_>, status: &str, limit: i64) -> Result<Vec<MergeCandidateRow>> {
    db.query_all(
        "SELECT id, entity_id_a, entity_id_b, similarity, status, extraction_run_id, created_at
         FROM entity_merge_candidates WHERE status = :status ORDER BY similarity DESC, id LIMIT :limit",
        named_params! { ":status": status, ":limit": limit },
        |row| {
            Ok(MergeCandidateRow {
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

/// Counts candidates of a status.
pub(crate) fn count_candidates(db: &NotebookDb<'_>, status: &str) -> Result<i64> {
    db.query_one(
        "SELECT COUNT(*) FROM entity_merge_candidates WHERE status = :status",
        named_params! { ":status": status },
        |row| row.get(0),
    )
}

/// Resolves a pending candidate; returns the pair, or `None` if it is not pending.
pub(crate) fn resolve(db: &NotebookDb<'_>, id: i64, status: &str, at: &str) -> Result<Option<(EntityId, EntityId)>> {
    db.query_optional(
        "UPDATE entity_merge_candidates SET status = :status, updated_at = :at, resolved_at = :at
         WHERE id = :id AND status = 'pending' RETURNING entity_id_a, entity_id_b",
        named_params! { ":id": id, ":status": status, ":at": at },
        |row| Ok((EntityId(row.get(0)?), EntityId(row.get(1)?))),
    )
}

/// Dismisses the pending candidate of a pair.
pub(crate) fn dismiss(db: &NotebookDb<'_>, pair: (EntityId, EntityId), at: &str) -> Result<()> {
    db.execute(
        "UPDATE entity_merge_candidates SET status = 'dismissed', updated_at = :at, resolved_at = :at
         WHERE entity_id_a = :a AND entity_id_b = :b AND status = 'pending'",
        named_params! { ":a": pair.0.0, ":b": pair.1.0, ":at": at },
    )
    .map(drop)
}

/// Reopens the dismissed candidate of a pair.
pub(crate) fn reopen(db: &NotebookDb<'_>, pair: (EntityId, EntityId), at: &str) -> Result<()> {
    db.execute(
        "UPDATE entity_merge_candidates SET status = 'pending', updated_at = :at, resolved_at = NULL
         WHERE entity_id_a = :a AND entity_id_b = :b AND status = 'dismissed'",
        named_params! { ":a": pair.0.0, ":b": pair.1.0, ":at": at },
    )
    .map(drop)
}

/// Stores a decision that a pair is not the same; lower id first.
pub(crate) fn reject(db: &NotebookDb<'_>, pair: (EntityId, EntityId), at: &str) -> Result<PairDecisionRow> {
    db.query_one(
        "INSERT INTO entity_pair_decisions (entity_id_lo, entity_id_hi, decided_at) VALUES (:lo, :hi, :at)
         ON CONFLICT (entity_id_lo, entity_id_hi) DO UPDATE SET decided_at = excluded.decided_at
         RETURNING id, entity_id_lo, entity_id_hi, decision, decided_at",
        named_params! { ":lo": pair.0.0, ":hi": pair.1.0, ":at": at },
        decision_from_row,
    )
}

/// Returns a page of pair decisions, newest first.
pub(crate) fn list_decisions(db: &NotebookDb<'_>, limit: i64, offset: i64) -> Result<Vec<PairDecisionRow>> {
    db.query_all(
        "SELECT id, entity_id_lo, entity_id_hi, decision, decided_at FROM entity_pair_decisions
         ORDER BY decided_at DESC, id DESC LIMIT :limit OFFSET :offset",
        named_params! { ":limit": limit, ":offset": offset },
        decision_from_row,
    )
}

/// Counts the pair decisions.
pub(crate) fn count_decisions(db: &NotebookDb<'_>) -> Result<i64> {
    db.query_one("SELECT COUNT(*) FROM entity_pair_decisions", [], |row| row.get(0))
}

/// Removes a decision; returns the pair, or `None` if there was none.
pub(crate) fn withdraw(db: &NotebookDb<'_>, id: i64) -> Result<Option<(EntityId, EntityId)>> {
    db.query_optional(
        "DELETE FROM entity_pair_decisions WHERE id = :id RETURNING entity_id_lo, entity_id_hi",
        named_params! { ":id": id },
        |row| Ok((EntityId(row.get(0)?), EntityId(row.get(1)?))),
    )
}

fn decision_from_row(row: &Row<'_>) -> rusqlite::Result<PairDecisionRow> {
    Ok(PairDecisionRow {
        id: row.get(0)?,
        pair: (EntityId(row.get(1)?), EntityId(row.get(2)?)),
        verdict: row.get(3)?,
        decided_at: row.get(4)?,
    })
}
