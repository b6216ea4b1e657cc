//! Uploads: files that are sealed as they come in, and the job that makes an entry of them.

mod held;
mod kinds;
mod local;
mod receiving;
mod sweep;

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest::draft::Bringer;
use crate::model::activity::Read;
use crate::model::entry::SourceType;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::net::wire::Boxed;
use crate::storage::notebook::jobs;
use crate::storage::notebook::uploads::Upload;

pub use held::Along;
pub use held::Held;
pub use held::held;
pub(crate) use kinds::HEAD;
pub use kinds::Kind;
pub(crate) use kinds::MAX_FILES;
pub use local::Local;
pub use local::files;
pub use receiving::Receiving;
pub use receiving::begin;
pub use sweep::keep;
pub use sweep::sweep;

/// The upload that a job works on.
pub(crate) struct Claimed {
    pub(crate) job: JobId,
    /// In the order they came in.
    pub(crate) files: Vec<Upload>,
    /// The date that came with it, as sent; checked when the entry is dated.
    pub(crate) date: Option<String>,
    /// `Photo`, `Voice` or `ImportedAudioFile`.
    pub(crate) source: SourceType,
    pub(crate) bringer: Bringer,
    /// The code of the language that is spoken, where that is known.
    pub(crate) language: Option<String>,
}

/// Tells the owner how far the work on an upload is.
pub(crate) trait Report: Send + Sync {
    /// Files done, of all; written down, and the claim on the job prolonged.
    ///
    /// # Errors
    /// `Conflict` when the job was cancelled or another worker has it now: the work is to be given up.
    fn done(&self, files: u64) -> Boxed<'_, Result<()>>;
}

/// An upload that was taken: its files and its job are durable.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Queued {
    /// The job that makes an entry of it.
    pub job_id: JobId,
    /// Always `queued`.
    pub status: Status,
}

/// Where the job of a new upload stands.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It waits for its turn.
    Queued,
}

/// What became of an upload so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// It still waits, and for what, where that is known.
    Waiting(Option<String>),
    /// An entry.
    Entry {
        /// Its number.
        id: EntryId,
        /// The date that was decided on.
        entry_date: String,
        /// Words of its text.
        word_count: i64,
    },
    /// Nothing, and why.
    Failed(String),
}

/// Tells what became of an upload. Whoever may ingest may ask this.
///
/// # Errors
/// `NotFound` for what is no upload of the caller's.
pub async fn made(ctx: &Ctx, job: JobId) -> Result<Made> {
    let own = ctx.caller.through();
    let found = ctx.read_within(Scope::Ingest, Read::Job, move |db, within| {
        jobs::find_within(db, job, within, &own)?.ok_or_else(|| Error::not_found("job"))
    });
    let job = found.await?;
    let result = job.result.unwrap_or_default();
    let number = |name: &str| result.get(name).and_then(serde_json::Value::as_i64);
    Ok(match (job.status.as_str(), number("entry_id")) {
        ("succeeded", Some(id)) => Made::Entry {
            id: EntryId(id),
            entry_date: result.get("entry_date").and_then(|date| date.as_str()).unwrap_or_default().to_owned(),
            word_count: number("word_count").unwrap_or_default(),
        },
        ("failed" | "cancelled", _) => Made::Failed(job.error_message.unwrap_or(job.status)),
        _ => Made::Waiting(job.status_detail),
    })
}

/// Tells by its ending what a file is said to hold, as a media type.
#[must_use]
pub fn media_type_of(path: &Path) -> Option<(Kind, &'static str)> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    kinds::ENDINGS.iter().find(|(known, ..)| *known == ending).map(|&(_, kind, media_type)| (kind, media_type))
}
