//! Job notifications: ids, numbers and fixed words only, so that no journal content can be sent with them.

use crate::domain::id::{EntryId, JobId};
use crate::error::{Error, ErrorKind};

/// Notification that a job changed state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobNotification {
    /// Id of the job.
    pub job: JobId,
    /// Parent job that groups it with others, if any.
    pub parent: Option<JobId>,
    /// Job kind, such as `ingest_images`.
    pub kind: &'static str,
    /// Entry that the job worked on or created.
    pub entry: Option<EntryId>,
    /// Outcome of the job.
    pub outcome: JobOutcome,
}

/// Outcome of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOutcome {
    /// It succeeded.
    Succeeded(JobResultCounts),
    /// Its provider failed and a retry is scheduled.
    Retrying {
        /// Attempts so far, from 1.
        attempt: i64,
        /// Delay before the retry, in seconds.
        seconds: u64,
    },
    /// It failed permanently.
    Failed(FailureClass),
    /// Its owner cancelled it.
    Cancelled,
}

/// Counts of a job's result, where applicable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobResultCounts {
    /// Photographed pages.
    pub pages: Option<u64>,
    /// Recordings.
    pub recordings: Option<u64>,
    /// Words of the entry.
    pub words: Option<u64>,
    /// Chunks stored.
    pub chunks: Option<u64>,
    /// Entities.
    pub entities: Option<u64>,
    /// Entity mentions.
    pub mentions: Option<u64>,
    /// Moods scored.
    pub moods: Option<u64>,
}

/// Class of a failure by its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureClass {
    /// An external service.
    External,
    /// The input.
    Input,
    /// This server.
    Internal,
}

impl FailureClass {
    /// Returns the failure class of an error.
    #[must_use]
    pub fn from_error(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Upstream | ErrorKind::Limited => Self::External,
            ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::NotFound => Self::Input,
            ErrorKind::Internal | ErrorKind::Unauthenticated | ErrorKind::Forbidden => Self::Internal,
        }
    }
}
