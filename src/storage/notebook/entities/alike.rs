//! Pairs that may be one and the same.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::EntityId;
use crate::storage::notebook::NotebookDb;

/// Notes that two may be one, the lower number first: unless the owner said that they are two, or one of them is gone or set
/// aside meanwhile. A pair that waits keeps the higher likeness; one that was decided on stays as it is.
pub(crate) fn note(
    db: &NotebookDb<'_>,
    (low, high): (EntityId, EntityId),
    likeness: f64,
    run: &str,
    at: &str,
) -> Result<()> {
    db.run(
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
