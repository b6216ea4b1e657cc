//! Uploads: files that are sealed as they come in, and the job that makes an entry of them.

use crate::error::Result;
use crate::model::entry::SourceType;
use crate::model::id::JobId;
use crate::net::wire::Boxed;
use crate::storage::notebook::uploads::Upload;

/// The upload that a job works on.
pub(crate) struct Claimed {
    pub(crate) job: JobId,
    /// In the order they came in.
    pub(crate) files: Vec<Upload>,
    /// The date that came with it, as sent; checked when the entry is dated.
    pub(crate) date: Option<String>,
    /// `Photo`, `Voice` or `ImportedAudioFile`.
    pub(crate) source: SourceType,
}

/// Tells the owner how far the work on an upload is.
pub(crate) trait Report: Send + Sync {
    /// Files done, of all; written down, and the claim on the job prolonged.
    ///
    /// # Errors
    /// `Conflict` when the job was cancelled or another worker has it now: the work is to be given up.
    fn done(&self, files: u64) -> Boxed<'_, Result<()>>;
}
