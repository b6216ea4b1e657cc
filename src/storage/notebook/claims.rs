//! Who works on which job. A claim ends by itself; only its holder can finish the job, and only while it has it.
//!
//! A job that waits for another attempt is `running` without a claim, as clients expect it, and due at `run_after`.

use rusqlite::named_params;
use serde_json::Map;
use serde_json::Value;

use crate::error::Error;
use crate::error::Result;
use crate::model::id::ClaimId;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::storage::notebook::NotebookDb;

/// A claimed job.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) id: JobId,
    pub(crate) kind: String,
    /// The entry that it is about, of one that is about a single one.
    pub(crate) entry: Option<EntryId>,
    pub(crate) params: Map<String, Value>,
    /// Times that it waited for another attempt before this one.
    pub(crate) waits: usize,
    /// Claims in a row before this one whose holder died before it got anywhere.
    pub(crate) abandoned: usize,
    /// Steps in all.
    pub(crate) total: u64,
}

/// A claimed job on an entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnEntry {
    pub(crate) id: JobId,
    pub(crate) entry: EntryId,
    /// The job that ties it to others.
    pub(crate) parent: Option<JobId>,
    /// As in [`Taken`].
    pub(crate) waits: usize,
}

/// Claims the oldest job of these kinds that is due.
pub(crate) fn take(
    db: &NotebookDb<'_>,
    kinds: &[&str],
    claim: ClaimId,
    now: &str,
    until: &str,
) -> Result<Option<Taken>> {
    let taken = db.first(
        "UPDATE jobs
         SET status = 'running', claim = :claim, lease_until = :until, run_after = NULL, status_detail = NULL,
             attempts = attempts + 1, abandoned = abandoned + (claim IS NOT NULL),
             started_at = COALESCE(started_at, :now)
         WHERE seq = (
             SELECT seq FROM jobs
             WHERE status IN ('queued', 'running') AND kind IN (SELECT value FROM json_each(:kinds))
               AND COALESCE(lease_until, run_after, '') <= :now
             ORDER BY seq LIMIT 1)
         RETURNING id, kind, params_json, waits, abandoned, progress_total, entry_id",
        named_params! { ":claim": claim.to_string(), ":kinds": list(kinds), ":now": now, ":until": until },
        |row| {
            let id = JobId(uuid::Uuid::nil());
            let taken = Taken {
                id,
                kind: row.get(1)?,
                entry: row.get::<_, Option<i64>>(6)?.map(EntryId),
                params: Map::new(),
                waits: row.get(3)?,
                abandoned: row.get(4)?,
                total: row.get(5)?,
            };
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(2)?, taken))
        },
    )?;
    let Some((id, params, taken)) = taken else { return Ok(None) };
    let params = serde_json::from_str(&params).map_err(|error| Error::internal("a job's parameters", error))?;
    Ok(Some(Taken { id: id.parse()?, params, ..taken }))
}

/// Claims up to `limit` jobs of a kind that are due, oldest first.
pub(crate) fn take_on_entries(
    db: &NotebookDb<'_>,
    kind: &str,
    claim: ClaimId,
    now: &str,
    until: &str,
    limit: usize,
) -> Result<Vec<OnEntry>> {
    let claimed = db.all(
        "UPDATE jobs
         SET status = 'running', claim = :claim, lease_until = :until, run_after = NULL, status_detail = NULL,
             attempts = attempts + 1, started_at = COALESCE(started_at, :now)
         WHERE seq IN (
             SELECT seq FROM jobs
             WHERE status IN ('queued', 'running') AND kind = :kind AND entry_id IS NOT NULL
               AND COALESCE(lease_until, run_after, '') <= :now
             ORDER BY seq LIMIT :limit)
         RETURNING id, entry_id, params_json ->> '$.parent_job_id', waits",
        named_params! {
            ":kind": kind, ":claim": claim.to_string(), ":now": now, ":until": until, ":limit": limit,
        },
        |row| Ok((row.get::<_, String>(0)?, EntryId(row.get(1)?), row.get::<_, Option<String>>(2)?, row.get(3)?)),
    )?;
    let parsed = claimed.into_iter().map(|(id, entry, parent, waits)| {
        let parent = parent.map(|parent| parent.parse()).transpose()?;
        Ok(OnEntry { id: id.parse()?, entry, parent, waits })
    });
    parsed.collect()
}

/// Tells whether a claim still stands.
pub(crate) fn holds(db: &NotebookDb<'_>, id: JobId, claim: ClaimId) -> Result<bool> {
    db.one(
        "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = :id AND claim = :claim AND status = 'running')",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string() },
        |row| row.get(0),
    )
}

/// Prolongs a claim; tells whether it still stands.
pub(crate) fn prolong(db: &NotebookDb<'_>, id: JobId, claim: ClaimId, until: &str) -> Result<bool> {
    let changed = db.run(
        "UPDATE jobs SET lease_until = :until WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string(), ":until": until },
    )?;
    Ok(changed == 1)
}

/// Notes how far the work is and prolongs the claim; tells whether it still stands.
pub(crate) fn advance(db: &NotebookDb<'_>, id: JobId, claim: ClaimId, until: &str, steps: u64) -> Result<bool> {
    let changed = db.run(
        "UPDATE jobs SET lease_until = :until, progress_current = MIN(:steps, progress_total), abandoned = 0
         WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string(), ":until": until, ":steps": steps },
    )?;
    Ok(changed == 1)
}

/// Notes how many steps there are in all; tells whether the claim still stands.
pub(crate) fn expect(db: &NotebookDb<'_>, id: JobId, claim: ClaimId, total: u64) -> Result<bool> {
    let changed = db.run(
        "UPDATE jobs SET progress_total = :total WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string(), ":total": total },
    )?;
    Ok(changed == 1)
}

/// Marks a job as done, if the claim still stands; tells whether it did.
pub(crate) fn succeed(db: &NotebookDb<'_>, id: JobId, claim: ClaimId, result_json: &str, at: &str) -> Result<bool> {
    let changed = db.run(
        "UPDATE jobs SET status = 'succeeded', result_json = :result, error_message = NULL,
                         progress_current = progress_total, claim = NULL, lease_until = NULL, finished_at = :at
         WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string(), ":result": result_json, ":at": at },
    )?;
    Ok(changed == 1)
}

/// Marks a job as failed, if the claim still stands; tells whether it did.
pub(crate) fn fail(db: &NotebookDb<'_>, id: JobId, claim: ClaimId, message: &str, at: &str) -> Result<bool> {
    let changed = db.run(
        "UPDATE jobs SET status = 'failed', error_message = :message, claim = NULL, lease_until = NULL,
                         finished_at = :at
         WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string(), ":message": message, ":at": at },
    )?;
    Ok(changed == 1)
}

/// Lets a job wait for another attempt, if the claim still stands; tells whether it did.
pub(crate) fn wait(db: &NotebookDb<'_>, id: JobId, claim: ClaimId, detail: &str, run_after: &str) -> Result<bool> {
    let changed = db.run(
        "UPDATE jobs SET status_detail = :detail, run_after = :after, waits = waits + 1, abandoned = 0, claim = NULL,
                         lease_until = NULL
         WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string(), ":detail": detail, ":after": run_after },
    )?;
    Ok(changed == 1)
}

/// Puts a claimed job back to where it is claimed again at once.
pub(crate) fn put_back(db: &NotebookDb<'_>, id: JobId, claim: ClaimId) -> Result<()> {
    db.run(
        "UPDATE jobs SET status = 'queued', claim = NULL, lease_until = NULL
         WHERE id = :id AND claim = :claim AND status = 'running'",
        named_params! { ":id": id.to_string(), ":claim": claim.to_string() },
    )
    .map(drop)
}

/// Ends the claims on jobs of these kinds, for whoever knows that their holders are gone.
pub(crate) fn release(db: &NotebookDb<'_>, kinds: &[&str]) -> Result<()> {
    db.run(
        "UPDATE jobs SET status = 'queued', abandoned = abandoned + 1, claim = NULL, lease_until = NULL
         WHERE status = 'running' AND lease_until IS NOT NULL AND kind IN (SELECT value FROM json_each(:kinds))",
        named_params! { ":kinds": list(kinds) },
    )
    .map(drop)
}

/// Returns when the next job of these kinds that waits, or that somebody claimed, is due.
pub(crate) fn next_due(db: &NotebookDb<'_>, kinds: &[&str]) -> Result<Option<String>> {
    db.one(
        "SELECT MIN(COALESCE(lease_until, run_after)) FROM jobs
         WHERE status IN ('queued', 'running') AND kind IN (SELECT value FROM json_each(:kinds))",
        named_params! { ":kinds": list(kinds) },
        |row| row.get(0),
    )
}

/// Counts the jobs of these kinds that wait or run.
pub(crate) fn open(db: &NotebookDb<'_>, kinds: &[&str]) -> Result<u64> {
    db.one(
        "SELECT COUNT(*) FROM jobs
         WHERE status IN ('queued', 'running') AND kind IN (SELECT value FROM json_each(:kinds))",
        named_params! { ":kinds": list(kinds) },
        |row| row.get(0),
    )
}

/// Counts the jobs of these kinds that somebody works on.
pub(crate) fn claimed(db: &NotebookDb<'_>, kinds: &[&str]) -> Result<u64> {
    db.one(
        "SELECT COUNT(*) FROM jobs
         WHERE status = 'running' AND claim IS NOT NULL AND kind IN (SELECT value FROM json_each(:kinds))",
        named_params! { ":kinds": list(kinds) },
        |row| row.get(0),
    )
}

/// Counts the jobs that wait for another attempt, with the time of the next.
pub(crate) fn waiting(db: &NotebookDb<'_>) -> Result<(u64, Option<String>)> {
    db.one(
        "SELECT COUNT(*), MIN(run_after) FROM jobs
         WHERE status = 'running' AND claim IS NULL AND run_after IS NOT NULL",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Adds up what the models that a job called used, as the ledger has it.
pub(crate) fn add_up(db: &NotebookDb<'_>, id: JobId) -> Result<()> {
    db.run(
        "UPDATE jobs SET (input_tokens, output_tokens, cost_usd) =
             (SELECT SUM(input_tokens), SUM(output_tokens), SUM(cost_usd) FROM egress WHERE job_id = :id)
         WHERE id = :id",
        named_params! { ":id": id.to_string() },
    )
    .map(drop)
}

/// Calls a job off that has not ended; tells whether it did. Whoever works on it has lost the claim.
pub(crate) fn cancel(db: &NotebookDb<'_>, id: JobId, at: &str) -> Result<bool> {
    let changed = db.run(
        "UPDATE jobs SET status = 'cancelled', status_detail = NULL, run_after = NULL, claim = NULL,
                         lease_until = NULL, finished_at = :at
         WHERE id = :id AND status IN ('queued', 'running')",
        named_params! { ":id": id.to_string(), ":at": at },
    )?;
    Ok(changed == 1)
}

/// Queues a job anew that failed or was called off; tells whether it did.
pub(crate) fn retry(db: &NotebookDb<'_>, id: JobId) -> Result<bool> {
    let changed = db.run(
        "UPDATE jobs SET status = 'queued', attempts = 0, waits = 0, abandoned = 0, error_message = NULL,
                         started_at = NULL, finished_at = NULL
         WHERE id = :id AND status IN ('failed', 'cancelled')",
        named_params! { ":id": id.to_string() },
    )?;
    Ok(changed == 1)
}

/// Returns kinds as a JSON array.
pub(super) fn list(kinds: &[&str]) -> String {
    Value::from(kinds).to_string()
}
