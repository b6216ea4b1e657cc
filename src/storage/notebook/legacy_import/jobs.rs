//! Inserts imported, finished jobs.

use rusqlite::named_params;

use crate::domain::id::JobId;
use crate::error::Result;
use crate::storage::database::try_insert::InsertOutcome;
use crate::storage::notebook::NotebookDb;

/// An imported, finished job.
pub(crate) struct ImportedJobRow<'a> {
    pub(crate) id: JobId,
    pub(crate) kind: &'a str,
    pub(crate) status: &'a str,
    pub(crate) entry: Option<i64>,
    /// JSON object.
    pub(crate) params: &'a str,
    /// JSON object.
    pub(crate) result: Option<&'a str>,
    pub(crate) error_message: Option<&'a str>,
    pub(crate) progress: (i64, i64),
    pub(crate) tokens: (Option<i64>, Option<i64>),
    pub(crate) cost_usd: Option<f64>,
    pub(crate) created_at: &'a str,
    pub(crate) started_at: Option<&'a str>,
    pub(crate) finished_at: Option<&'a str>,
}

/// Adds a job; a reference to a missing entry is dropped.
pub(crate) fn add_job(db: &NotebookDb<'_>, new: &ImportedJobRow<'_>) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO jobs (id, kind, status, entry_id, params_json, result_json, error_message, progress_current,
                           progress_total, attempts, input_tokens, output_tokens, cost_usd, created_at, started_at,
                           finished_at)
         VALUES (:id, :kind, :status, (SELECT id FROM entries WHERE id = :entry), :params, :result, :error, :current,
                 :total, :started IS NOT NULL, :input, :output, :cost, :created, :started, :finished)",
        named_params! {
            ":id": new.id.to_string(), ":kind": new.kind, ":status": new.status, ":entry": new.entry,
            ":params": new.params, ":result": new.result, ":error": new.error_message,
            ":current": new.progress.0, ":total": new.progress.1, ":input": new.tokens.0, ":output": new.tokens.1,
            ":cost": new.cost_usd, ":created": new.created_at, ":started": new.started_at,
            ":finished": new.finished_at,
        },
    )
}
