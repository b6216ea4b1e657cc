//! Rows of jobs: enqueued with the write that needs them, claimed with a lease, finished with their result.

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::storage::notebook::NotebookDb;

/// Chunks an entry and makes its vectors.
pub(crate) const EMBED: &str = "reprocess_embeddings";

/// Leaves a job for an entry, unless one is already waiting.
pub(crate) fn enqueue(db: &NotebookDb<'_>, id: JobId, kind: &str, entry: EntryId, at: &str) -> Result<()> {
    db.run(
        "INSERT INTO jobs (id, kind, status, entry_id, created_at)
         SELECT :id, :kind, 'queued', :entry, :at
         WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE entry_id = :entry AND kind = :kind AND status = 'queued')",
        named_params! { ":id": id.to_string(), ":kind": kind, ":entry": entry.0, ":at": at },
    )
    .map(drop)
}

/// Leaves a job for an entry that was just added, which cannot have one waiting.
pub(crate) fn enqueue_first(db: &NotebookDb<'_>, id: JobId, kind: &str, entry: EntryId, at: &str) -> Result<()> {
    db.run(
        "INSERT INTO jobs (id, kind, status, entry_id, created_at) VALUES (:id, :kind, 'queued', :entry, :at)",
        named_params! { ":id": id.to_string(), ":kind": kind, ":entry": entry.0, ":at": at },
    )
    .map(drop)
}

/// Returns claims whose holder is gone to the queue.
pub(crate) fn release_all(db: &NotebookDb<'_>) -> Result<()> {
    db.run("UPDATE jobs SET status = 'queued', lease_until = NULL WHERE status = 'running'", []).map(drop)
}

/// Claims up to `limit` jobs of a kind, oldest first, until `lease_until`.
pub(crate) fn claim(
    db: &NotebookDb<'_>,
    kind: &str,
    now: &str,
    lease_until: &str,
    limit: usize,
) -> Result<Vec<(JobId, EntryId)>> {
    let claimed = db.all(
        "UPDATE jobs
         SET status = 'running', attempts = attempts + 1, lease_until = :lease, started_at = COALESCE(started_at, :now)
         WHERE seq IN (
             SELECT seq FROM jobs
             WHERE kind = :kind AND entry_id IS NOT NULL
               AND ((status = 'queued' AND (run_after IS NULL OR run_after <= :now))
                    OR (status = 'running' AND lease_until < :now))
             ORDER BY seq LIMIT :limit)
         RETURNING id, entry_id",
        named_params! { ":kind": kind, ":now": now, ":lease": lease_until, ":limit": limit },
        |row| Ok((row.get::<_, String>(0)?, EntryId(row.get(1)?))),
    )?;
    claimed.into_iter().map(|(id, entry)| Ok((id.parse()?, entry))).collect()
}

/// Marks a job as done.
pub(crate) fn succeed(db: &NotebookDb<'_>, id: JobId, result_json: &str, at: &str) -> Result<()> {
    db.run(
        "UPDATE jobs SET status = 'succeeded', result_json = :result, error_message = NULL, lease_until = NULL, finished_at = :at
         WHERE id = :id",
        named_params! { ":id": id.to_string(), ":result": result_json, ":at": at },
    )
    .map(drop)
}

/// Puts a claimed job back: what it worked on changed meanwhile.
pub(crate) fn put_back(db: &NotebookDb<'_>, id: JobId) -> Result<()> {
    db.run(
        "UPDATE jobs SET status = 'queued', lease_until = NULL WHERE id = :id",
        named_params! { ":id": id.to_string() },
    )
    .map(drop)
}

/// Marks a job as failed.
pub(crate) fn fail(db: &NotebookDb<'_>, id: JobId, message: &str, at: &str) -> Result<()> {
    db.run(
        "UPDATE jobs SET status = 'failed', error_message = :message, lease_until = NULL, finished_at = :at WHERE id = :id",
        named_params! { ":id": id.to_string(), ":message": message, ":at": at },
    )
    .map(drop)
}

/// Counts the jobs of a kind that wait or run.
pub(crate) fn open(db: &NotebookDb<'_>, kind: &str) -> Result<u64> {
    db.one(
        "SELECT COUNT(*) FROM jobs WHERE status IN ('queued', 'running') AND kind = :kind",
        named_params! { ":kind": kind },
        |row| row.get(0),
    )
}

/// Counts the jobs that failed for good.
pub(crate) fn failed(db: &NotebookDb<'_>) -> Result<u64> {
    db.one("SELECT COUNT(*) FROM jobs WHERE status = 'failed'", [], |row| row.get(0))
}

/// Returns the newest jobs, newest first.
pub(crate) fn newest(db: &NotebookDb<'_>, limit: i64) -> Result<Vec<Job>> {
    db.all(
        "SELECT id, kind, status, entry_id, attempts, error_message, created_at, started_at, finished_at
         FROM jobs ORDER BY seq DESC LIMIT :limit",
        named_params! { ":limit": limit },
        from_row,
    )
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Job> {
    let id: String = row.get(0)?;
    let id = id.parse().map_err(|error: crate::error::Error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into())
    })?;
    Ok(Job {
        id,
        kind: row.get(1)?,
        status: row.get(2)?,
        entry_id: row.get::<_, Option<i64>>(3)?.map(EntryId),
        attempts: row.get(4)?,
        error_message: row.get(5)?,
        created_at: row.get(6)?,
        started_at: row.get(7)?,
        finished_at: row.get(8)?,
    })
}
