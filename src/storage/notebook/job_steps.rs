//! Completed steps of jobs over many entries.

use rusqlite::named_params;
use serde_json::Value;

use crate::domain::id::{EntryId, JobId};
use crate::error::{Error, Result};
use crate::storage::notebook::NotebookDb;

/// Records the result of an entry, replacing an earlier one.
pub(crate) fn record(db: &NotebookDb<'_>, job: JobId, entry: EntryId, counts: &Value) -> Result<()> {
    db.execute(
        "INSERT INTO job_steps (job_id, entry_id, counts_json) VALUES (:job, :entry, :counts)
         ON CONFLICT (job_id, entry_id) DO UPDATE SET counts_json = excluded.counts_json",
        named_params! { ":job": job.to_string(), ":entry": entry.0, ":counts": counts.to_string() },
    )
    .map(drop)
}

/// Returns the entries a job has completed, with their results.
pub(crate) fn list(db: &NotebookDb<'_>, job: JobId) -> Result<Vec<(EntryId, Value)>> {
    let rows = db.query_all(
        "SELECT entry_id, counts_json FROM job_steps WHERE job_id = :job ORDER BY entry_id",
        named_params! { ":job": job.to_string() },
        |row| Ok((EntryId(row.get(0)?), row.get::<_, String>(1)?)),
    )?;
    let unreadable = |error| Error::internal("parsing job steps", error);
    rows.into_iter().map(|(entry, counts)| Ok((entry, serde_json::from_str(&counts).map_err(unreadable)?))).collect()
}

/// Removes the steps of a finished job.
pub(crate) fn remove_all(db: &NotebookDb<'_>, job: JobId) -> Result<()> {
    db.execute("DELETE FROM job_steps WHERE job_id = :job", named_params! { ":job": job.to_string() }).map(drop)
}
