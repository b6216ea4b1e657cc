//! What a job that works through many entries has done of them.

use rusqlite::named_params;
use serde_json::Value;

use crate::error::Error;
use crate::error::Result;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::storage::notebook::NotebookDb;

/// Notes what an entry came to; an entry that was noted before is noted anew.
pub(crate) fn note(db: &NotebookDb<'_>, job: JobId, entry: EntryId, counts: &Value) -> Result<()> {
    db.run(
        "INSERT INTO job_steps (job_id, entry_id, counts_json) VALUES (:job, :entry, :counts)
         ON CONFLICT (job_id, entry_id) DO UPDATE SET counts_json = excluded.counts_json",
        named_params! { ":job": job.to_string(), ":entry": entry.0, ":counts": counts.to_string() },
    )
    .map(drop)
}

/// Returns the entries that a job has done, with what each came to.
pub(crate) fn all(db: &NotebookDb<'_>, job: JobId) -> Result<Vec<(EntryId, Value)>> {
    let rows = db.all(
        "SELECT entry_id, counts_json FROM job_steps WHERE job_id = :job ORDER BY entry_id",
        named_params! { ":job": job.to_string() },
        |row| Ok((EntryId(row.get(0)?), row.get::<_, String>(1)?)),
    )?;
    let unreadable = |error| Error::internal("what a job has done", error);
    rows.into_iter().map(|(entry, counts)| Ok((entry, serde_json::from_str(&counts).map_err(unreadable)?))).collect()
}

/// Forgets what a job has done, once it has ended well.
pub(crate) fn forget(db: &NotebookDb<'_>, job: JobId) -> Result<()> {
    db.run("DELETE FROM job_steps WHERE job_id = :job", named_params! { ":job": job.to_string() }).map(drop)
}
