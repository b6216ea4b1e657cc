//! Job leases: claim, heartbeat, completion. A lease expires by time, and only its holder can finish the job.
//!
//! A job that waits for a retry is `running` without a lease, as clients expect, and due at `run_after`.

use rusqlite::named_params;
use serde_json::{Map, Value};

use crate::domain::id::{ClaimId, EntryId, JobId};
use crate::error::{Error, Result};
use crate::storage::notebook::NotebookDb;

/// A claimed job.
#[derive(Debug, Clone)]
pub(crate) struct ClaimedJob {
    pub(crate) id: JobId,
    pub(crate) kind: String,
    /// Entry of a job on a single entry.
    pub(crate) entry: Option<EntryId>,
    pub(crate) params: Map<String, Value>,
    /// Number of retries so far.
    pub(crate) waits: usize,
    /// Consecutive leases that expired without progress.
    pub(crate) abandoned: usize,
    /// Steps in total.
    pub(crate) total: u64,
}

/// Claims up to `limit` due jobs of the given kinds, oldest first.
pub(crate) fn claim(
    db: &NotebookDb<'_>,
    kinds: &[&str],
    claim: ClaimId,
    now: &str,
    until: &str,
    limit: usize,
) -> Result<Vec<ClaimedJob>> {
    let claimed = db.query_all(
        "UPDATE jobs
         SET status = 'running', claim = :claim, lease_until = :until, run_after = NULL, status_detail = NULL,
             attempts = attempts + 1, abandoned = abandoned + (claim IS NOT NULL),
             started_at = COALESCE(started_at, :now)
         WHERE seq IN (
             SELECT seq FROM jobs
             WHERE status IN ('queued', 'running') AND kind IN (SELECT value FROM json_each(:kinds))
               AND COALESCE(lease_until, run_after, '') <= :now
             ORDER BY seq LIMIT :limit)
         RETURNING id, kind, params_json, waits, abandoned, progress_total, entry_id",
        named_params! {
            ":claim": claim.to_string(), ":kinds": kinds_to_json(kinds), ":now": now, ":until": until, ":limit": limit,
        },
        |row| {
            let job = ClaimedJob {
                id: JobId(uuid::Uuid::nil()),
                kind: row.get(1)?,
                entry: row.get::<_, Option<i64>>(6)?.map(EntryId),
                params: Map::new(),
                waits: row.get(3)?,
                abandoned: row.get(4)?,
                total: row.get(5)?,
            };
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(2)?, job))
        },
    )?;
    let parsed = claimed.into_iter().map(|(id, params, job)| {
        let params = serde_json::from_str(&params).map_err(|error| Error::internal("parsing job parameters", error))?;
        Ok(ClaimedJob { id: id.parse()?, params, ..job })
    });
    parsed.collect()
}

/// Returns true if the lease is valid.
pub(crate) fn is_held(db: &NotebookDb<'_>, id: JobId, claim: ClaimId) -> Result<bool> {
    db.query_one(
        "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = :id AND claim = :claim AND status = 'running')",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string() },
        |row| row.get(0),
    )
}

/// Extends a lease (heartbeat); returns false if it was lost.
pub(crate) fn extend(db: &NotebookDb<'_>, id: JobId, claim: ClaimId, until: &str) -> Result<bool> {
    let changed = db.execute(
        "UPDATE jobs SET lease_until = :until WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string(), ":until": until },
    )?;
    Ok(changed == 1)
}

/// Records progress and extends the lease; returns false if it was lost.
pub(crate) fn advance(db: &NotebookDb<'_>, id: JobId, claim: ClaimId, until: &str, steps: u64) -> Result<bool> {
    let changed = db.execute(
        "UPDATE jobs SET lease_until = :until, progress_current = MIN(:steps, progress_total), abandoned = 0
         WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string(), ":until": until, ":steps": steps },
    )?;
    Ok(changed == 1)
}

/// Records the total number of steps; returns false if the lease was lost.
pub(crate) fn set_total(db: &NotebookDb<'_>, id: JobId, claim: ClaimId, total: u64) -> Result<bool> {
    let changed = db.execute(
        "UPDATE jobs SET progress_total = :total WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string(), ":total": total },
    )?;
    Ok(changed == 1)
}

/// Marks a job as succeeded; returns false if the lease was lost.
pub(crate) fn succeed(db: &NotebookDb<'_>, id: JobId, claim: ClaimId, result_json: &str, at: &str) -> Result<bool> {
    let changed = db.execute(
        "UPDATE jobs SET status = 'succeeded', result_json = :result, error_message = NULL,
                         progress_current = progress_total, claim = NULL, lease_until = NULL, finished_at = :at
         WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string(), ":result": result_json, ":at": at },
    )?;
    Ok(changed == 1)
}

/// Marks a job as failed; returns false if the lease was lost.
pub(crate) fn fail(db: &NotebookDb<'_>, id: JobId, claim: ClaimId, message: &str, at: &str) -> Result<bool> {
    let changed = db.execute(
        "UPDATE jobs SET status = 'failed', error_message = :message, claim = NULL, lease_until = NULL,
                         finished_at = :at
         WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string(), ":message": message, ":at": at },
    )?;
    Ok(changed == 1)
}

/// Schedules a retry; returns false if the lease was lost.
pub(crate) fn schedule_retry(
    db: &NotebookDb<'_>,
    id: JobId,
    claim: ClaimId,
    detail: &str,
    run_after: &str,
) -> Result<bool> {
    let changed = db.execute(
        "UPDATE jobs SET status_detail = :detail, run_after = :after, waits = waits + 1, abandoned = 0, claim = NULL,
                         lease_until = NULL
         WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string(), ":detail": detail, ":after": run_after },
    )?;
    Ok(changed == 1)
}

/// Releases a claimed job, so that it can be claimed again immediately.
pub(crate) fn requeue(db: &NotebookDb<'_>, id: JobId, claim: ClaimId) -> Result<()> {
    db.execute(
        "UPDATE jobs SET status = 'queued', claim = NULL, lease_until = NULL
         WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string() },
    )
    .map(drop)
}

/// Releases the leases on jobs of the given kinds; the caller knows that their holders have died.
pub(crate) fn release_abandoned(db: &NotebookDb<'_>, kinds: &[&str]) -> Result<()> {
    db.execute(
        "UPDATE jobs SET status = 'queued', abandoned = abandoned + 1, claim = NULL, lease_until = NULL
         WHERE status = 'running' AND lease_until IS NOT NULL AND kind IN (SELECT value FROM json_each(:kinds))",
        named_params! { ":kinds": kinds_to_json(kinds) },
    )
    .map(drop)
}

/// Returns the next time at which a delayed or leased job of the given kinds is due.
pub(crate) fn next_due(db: &NotebookDb<'_>, kinds: &[&str]) -> Result<Option<String>> {
    db.query_one(
        "SELECT MIN(COALESCE(lease_until, run_after)) FROM jobs
         WHERE status IN ('queued', 'running') AND kind IN (SELECT value FROM json_each(:kinds))",
        named_params! { ":kinds": kinds_to_json(kinds) },
        |row| row.get(0),
    )
}

/// Counts the queued and running jobs of the given kinds.
pub(crate) fn count_open(db: &NotebookDb<'_>, kinds: &[&str]) -> Result<u64> {
    db.query_one(
        "SELECT COUNT(*) FROM jobs
         WHERE status IN ('queued', 'running') AND kind IN (SELECT value FROM json_each(:kinds))",
        named_params! { ":kinds": kinds_to_json(kinds) },
        |row| row.get(0),
    )
}

/// Counts the leased jobs of the given kinds.
pub(crate) fn count_claimed(db: &NotebookDb<'_>, kinds: &[&str]) -> Result<u64> {
    db.query_one(
        "SELECT COUNT(*) FROM jobs
         WHERE status = 'running' AND claim IS NOT NULL AND kind IN (SELECT value FROM json_each(:kinds))",
        named_params! { ":kinds": kinds_to_json(kinds) },
        |row| row.get(0),
    )
}

/// Counts the jobs waiting for a retry and returns the time of the next.
pub(crate) fn count_waiting(db: &NotebookDb<'_>) -> Result<(u64, Option<String>)> {
    db.query_one(
        "SELECT COUNT(*), MIN(run_after) FROM jobs
         WHERE status = 'running' AND claim IS NULL AND run_after IS NOT NULL",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Stores the token usage and cost of a job, summed from the egress ledger.
pub(crate) fn sum_usage(db: &NotebookDb<'_>, id: JobId) -> Result<()> {
    db.execute(
        "UPDATE jobs SET (input_tokens, output_tokens, cost_usd) =
             (SELECT SUM(input_tokens), SUM(output_tokens), SUM(cost_usd) FROM egress WHERE job_id = :id)
         WHERE id = :id",
        named_params! { ":id": id.to_string() },
    )
    .map(drop)
}

/// Cancels a job that has not finished and revokes its lease; returns false if it has finished.
pub(crate) fn cancel(db: &NotebookDb<'_>, id: JobId, at: &str) -> Result<bool> {
    let changed = db.execute(
        "UPDATE jobs SET status = 'cancelled', status_detail = NULL, run_after = NULL, claim = NULL,
                         lease_until = NULL, finished_at = :at
         WHERE id = :id AND status IN ('queued', 'running')",
        named_params! { ":id": id.to_string(), ":at": at },
    )?;
    Ok(changed == 1)
}

/// Requeues a failed or cancelled job; returns false for any other.
pub(crate) fn retry(db: &NotebookDb<'_>, id: JobId) -> Result<bool> {
    let changed = db.execute(
        "UPDATE jobs SET status = 'queued', attempts = 0, waits = 0, abandoned = 0, error_message = NULL,
                         started_at = NULL, finished_at = NULL
         WHERE id = :id AND status IN ('failed', 'cancelled')",
        named_params! { ":id": id.to_string() },
    )?;
    Ok(changed == 1)
}

/// Encodes job kinds as a JSON array.
pub(super) fn kinds_to_json(kinds: &[&str]) -> String {
    Value::from(kinds).to_string()
}
