//! Inserts merge candidates: pairs of similar entities.

use rusqlite::named_params;

use crate::domain::id::EntityId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Adds a merge candidate, lower id first; a pending one keeps the higher similarity.
///
/// Does nothing for a resolved or decided pair, or if either entity is missing or quarantined.
pub(crate) fn add_candidate(
    db: &NotebookDb<'_>,
    (low, high): (EntityId, EntityId),
    likeness: f64,
    run: &str,
    at: &str,
) -> Result<()> {
    db.execute(
        "INSERT INTO entity_merge_candidates (entity_id_a, entity_id_b, similarity, extraction_run_id, created_at,
                                              updated_at)
         SELECT :low, :high, :likeness, :run, :at, :at
         WHERE 2 = (SELECT COUNT(*) FROM entities WHERE id IN (:low, :high) AND is_quarantined = 0)
           AND NOT EXISTS (SELECT 1 FROM entity_pair_decisions WHERE entity_id_lo = :low AND entity_id_hi = :high)
         ON CONFLICT (entity_id_a, entity_id_b) DO UPDATE
         SET similarity = excluded.similarity, extraction_run_id = excluded.extraction_run_id, updated_at = excluded.updated_at
         WHERE status = 'pending' AND excluded.similarity > similarity",
        named_params! { ":low": low.0, ":high": high.0, ":likeness": likeness, ":run": run, ":at": at },
    )
    .map(drop)
}
