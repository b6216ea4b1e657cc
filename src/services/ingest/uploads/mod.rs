//! Uploads: files that are sealed while they are received, and the job that turns them into an entry.

mod cleanup;
mod file_types;
mod in_memory;
mod local;
mod upload_status;
mod upload_writer;

pub use cleanup::{remove_orphaned_originals, run_hourly_cleanup};
pub(crate) use file_types::{MAX_FILES, SNIFF_BYTES};
pub use file_types::{UploadKind, media_type_of};
pub use in_memory::{InMemoryFile, UploadFields, upload_in_memory};
pub use local::{LocalUploadOutcome, files};
pub use upload_status::{QueuedUpload, UploadOutcome, UploadStatus, status};
pub use upload_writer::{UploadWriter, begin_upload};

use crate::domain::entry::SourceType;
use crate::domain::id::JobId;
use crate::error::Result;
use crate::net::transport::BoxFuture;
use crate::services::ingest::entry_draft::EntrySubmitter;
use crate::storage::notebook::uploads::UploadFile;

/// An upload claimed by a job.
pub(crate) struct UploadJob {
    pub(crate) job: JobId,
    /// In upload order.
    pub(crate) files: Vec<UploadFile>,
    /// The date sent with it, unchecked; validated when the entry is dated.
    pub(crate) date: Option<String>,
    /// True if the date was given for the entry, and not as a default for an undated upload.
    pub(crate) is_date_explicit: bool,
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
