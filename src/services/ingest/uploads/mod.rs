//! Uploads: files that are sealed while they are received, and the job that turns them into an entry.

mod cleanup;
mod file_types;
mod in_memory;
mod local;
mod upload_writer;

pub use cleanup::{remove_orphaned_originals, run_hourly_cleanup};
pub use file_types::UploadKind;
pub(crate) use file_types::{MAX_FILES, SNIFF_BYTES};
pub use in_memory::{InMemoryFile, UploadFields, upload_in_memory};
pub use local::{LocalUploadOutcome, files};
pub use upload_writer::{UploadWriter, begin_upload};

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::activity::ReadKind;
use crate::domain::entry::SourceType;
use crate::domain::id::{EntryId, JobId};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::net::transport::BoxFuture;
use crate::services::ingest::entry_draft::EntrySubmitter;
use crate::storage::notebook::jobs;
use crate::storage::notebook::uploads::UploadFile;

/// An upload claimed by a job.
pub(crate) struct UploadJob {
    pub(crate) job: JobId,
    /// In upload order.
    pub(crate) files: Vec<UploadFile>,
    /// The date sent with it, unchecked; validated when the entry is dated.
    pub(crate) date: Option<String>,
    /// `Photo`, `Voice` or `ImportedAudioFile`.
    pub(crate) source: SourceType,
    pub(crate) submitter: EntrySubmitter,
    /// Language code of the speech, if known.
    pub(crate) language: Option<String>,
}

/// Progress reporting of an upload job.
pub(crate) trait ProgressReporter: Send + Sync {
    /// Stores the number of finished files and extends the job's lease.
    ///
    /// # Errors
    /// `Conflict` when the job was cancelled or its lease was taken by another worker: stop the work.
    fn files_done(&self, files: u64) -> BoxFuture<'_, Result<()>>;
}

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

/// Returns the upload kind and media type for a file name extension.
#[must_use]
pub fn media_type_of(path: &Path) -> Option<(UploadKind, &'static str)> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    file_types::MEDIA_EXTENSIONS
        .iter()
        .find(|(known, ..)| *known == ending)
        .map(|&(_, kind, media_type)| (kind, media_type))
}
