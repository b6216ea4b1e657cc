//! What became of a job, as its owner is told: ids, numbers and words of this program. Nothing that anybody wrote has a
//! place in it, so nothing of a journal can leave with it.

use crate::error::Error;
use crate::error::Kind;
use crate::model::id::EntryId;
use crate::model::id::JobId;

/// Something to tell the owner of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The job.
    pub job: JobId,
    /// The job that ties it to others, for one that an edit or an upload left beside others.
    pub parent: Option<JobId>,
    /// Its type, such as `ingest_images`.
    pub kind: &'static str,
    /// The entry it was about or made.
    pub entry: Option<EntryId>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Succeeded(Counts),
    /// Its provider failed, and it waits.
    Retrying {
        /// Attempts so far, from 1.
        attempt: i64,
        /// How long it waits.
        seconds: u64,
    },
    /// It is given up.
    Failed(Class),
    /// Its owner called it off.
    Cancelled,
}

/// What a job came to, where that can be counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Photographed pages.
    pub pages: Option<u64>,
    /// Recordings.
    pub recordings: Option<u64>,
    /// Words of the entry.
    pub words: Option<u64>,
    /// Chunks stored.
    pub chunks: Option<u64>,
    /// People, places and the like.
    pub entities: Option<u64>,
    /// Their mentions.
    pub mentions: Option<u64>,
    /// Moods scored.
    pub moods: Option<u64>,
}

/// Whose fault a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Somebody else's service.
    Outside,
    /// What was handed in.
    Input,
    /// This machine or program.
    Inside,
}

impl Class {
    /// Tells whose fault an error is.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        match error.kind() {
            Kind::Upstream | Kind::Limited => Self::Outside,
            Kind::Invalid | Kind::Conflict | Kind::NotFound => Self::Input,
            Kind::Internal | Kind::Unauthenticated | Kind::Forbidden => Self::Inside,
        }
    }
}
