//! Notification state of job families: a parent job and its follow-up jobs.

use rusqlite::named_params;

use crate::domain::id::JobId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// A job of a family.
pub(crate) struct FamilyJob {
    pub(crate) is_root: bool,
    pub(crate) kind: String,
    pub(crate) status: String,
}

/// Returns a job and its follow-up jobs, oldest first.
pub(crate) fn list_family(db: &NotebookDb<'_>, root: JobId) -> Result<Vec<FamilyJob>> {
    db.query_all(
        "SELECT id = :root, kind, status FROM jobs
         WHERE id = :root
            OR (entry_id = (SELECT entry_id FROM jobs WHERE id = :root)
                AND json_extract(params_json, '$.parent_job_id') = :root)
         ORDER BY seq",
        named_params! { ":root": root.to_string() },
        |row| Ok(FamilyJob { is_root: row.get(0)?, kind: row.get(1)?, status: row.get(2)? }),
    )
}

/// Claims the notification of a family, at most once; returns false if it was sent before.
pub(crate) fn claim_notification(db: &NotebookDb<'_>, root: JobId) -> Result<bool> {
    let changed = db.execute(
        "UPDATE jobs SET result_json = json_set(COALESCE(result_json, '{}'), '$._notification_sent', 1)
         WHERE id = :root AND json_extract(COALESCE(result_json, '{}'), '$._notification_sent') IS NULL",
        named_params! { ":root": root.to_string() },
    )?;
    Ok(changed == 1)
}
