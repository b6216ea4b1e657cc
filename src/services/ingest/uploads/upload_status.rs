//! Status of an upload's job.

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::activity::ReadKind;
use crate::domain::id::{EntryId, JobId};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::storage::notebook::jobs;

/// An accepted upload: its files and its job are durable.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct QueuedUpload {
    /// The job that turns it into an entry.
    pub job_id: JobId,
    /// Always `queued`.
    pub status: UploadStatus,
}

/// Job status of a new upload.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UploadStatus {
    /// Waiting for a worker.
    Queued,
}

/// Result of an upload so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadOutcome {
    /// Not finished, with the status detail of the job if it has one.
    Waiting(Option<String>),
    /// An entry.
    Entry {
        /// Its id.
        id: EntryId,
        /// The date assigned to it.
        entry_date: String,
        /// Words of its text.
        word_count: i64,
    },
    /// Failed or cancelled, with the reason.
    Failed(String),
}

/// Returns the result of an upload. Requires the ingest scope.
///
/// # Errors
/// `NotFound` unless the job is an upload of the caller.
pub async fn status(ctx: &Ctx, job: JobId) -> Result<UploadOutcome> {
    let own = ctx.caller.auth_method_label();
    let found = ctx.read_restricted(Scope::Ingest, ReadKind::Job, move |db, within| {
        jobs::find_within(db, job, within, &own)?.ok_or_else(|| Error::not_found("job"))
    });
    let job = found.await?;
    let result = job.result.unwrap_or_default();
    let number = |name: &str| result.get(name).and_then(serde_json::Value::as_i64);
    Ok(match (job.status.as_str(), number("entry_id")) {
        ("succeeded", Some(id)) => UploadOutcome::Entry {
            id: EntryId(id),
            entry_date: result.get("entry_date").and_then(|date| date.as_str()).unwrap_or_default().to_owned(),
            word_count: number("word_count").unwrap_or_default(),
        },
        ("failed" | "cancelled", _) => UploadOutcome::Failed(job.error_message.unwrap_or(job.status)),
        _ => UploadOutcome::Waiting(job.status_detail),
    })
}
