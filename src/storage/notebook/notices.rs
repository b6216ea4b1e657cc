//! Rows of jobs as far as telling their owner goes: which belong together, and whether the owner was told.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::JobId;
use crate::storage::notebook::NotebookDb;

/// A job of a family.
pub(crate) struct Relative {
    pub(crate) is_root: bool,
    pub(crate) kind: String,
    pub(crate) status: String,
}

/// Returns a job and those that were left beside it, in the order they were left.
pub(crate) fn family(db: &NotebookDb<'_>, root: JobId) -> Result<Vec<Relative>> {
    db.all(
        "SELECT id = :root, kind, status FROM jobs
         WHERE id = :root
            OR (entry_id = (SELECT entry_id FROM jobs WHERE id = :root)
                AND json_extract(params_json, '$.parent_job_id') = :root)
         ORDER BY seq",
        named_params! { ":root": root.to_string() },
        |row| Ok(Relative { is_root: row.get(0)?, kind: row.get(1)?, status: row.get(2)? }),
    )
}

/// Takes note that the owner is told of a family now; tells whether that was still to be done.
pub(crate) fn claim(db: &NotebookDb<'_>, root: JobId) -> Result<bool> {
    let changed = db.run(
        "UPDATE jobs SET result_json = json_set(COALESCE(result_json, '{}'), '$._notification_sent', 1)
         WHERE id = :root AND json_extract(COALESCE(result_json, '{}'), '$._notification_sent') IS NULL",
        named_params! { ":root": root.to_string() },
    )?;
    Ok(changed == 1)
}
