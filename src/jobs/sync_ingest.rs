//! Synchronous ingestion: chunks and vectors are computed first and stored in one transaction with the entry.

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::app::restricted_access::CountsEntries;
use crate::domain::entry::Entry;
use crate::domain::entry_date;
use crate::domain::id::JobId;
use crate::domain::scope::Scope;
use crate::egress::{self, DerivedJobs, EgressSubject, EnqueuedJobs};
use crate::error::{Error, Result};
use crate::jobs::inline_embedding::EntryVectors;
use crate::services::audit::AuditRecorder;
use crate::services::ingest::{self, DateHints, EntryDraft, InputFile, TextInput};
use crate::storage::notebook::entries;

/// Maximum text size for inline embedding, in bytes; about a second of work. Longer texts are embedded by a job.
const MAX_INLINE_BYTES: usize = 16 * 1024;

/// An ingested entry with its follow-up jobs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IngestResponse {
    /// The entry as stored.
    pub entry: Entry,
    /// The mood scoring job, if one was enqueued.
    pub mood_job_id: Option<JobId>,
    /// The entity extraction job, if one was enqueued.
    pub entity_extraction_job_id: Option<JobId>,
    /// True if a file with the same bytes was stored before: this is its entry, and nothing was stored.
    pub already_there: bool,
}

/// Stores a typed text; it can be found by word and by meaning once this returns.
///
/// # Errors
/// As [`ingest::write`].
pub async fn ingest_text(ctx: &Ctx, typed: TextInput) -> Result<IngestResponse> {
    ctx.caller.authorize(Scope::Ingest)?;
    let draft = ingest::draft_from_text(ctx, &typed)?;
    store_draft(ctx, draft).await
}

/// Stores an uploaded file; `date` applies only if neither its text nor its name has one.
///
/// A file whose bytes the notebook already has returns its existing entry.
///
/// # Errors
/// `Invalid` for a name that does not end in `.md` or `.txt`, and as [`ingest::files`].
pub async fn ingest_file(ctx: &Ctx, file: InputFile, date: Option<&str>) -> Result<IngestResponse> {
    ctx.caller.authorize(Scope::Ingest)?;
    ingest::folder::ensure_text_extension(file.name.as_ref())?;
    let dates = DateHints { explicit: None, fallback: entry_date::parse_optional(date)? };
    let draft = ingest::draft_from_file(ctx, &file, dates)?;
    store_draft(ctx, draft).await
}

/// The response, and true if jobs were enqueued.
struct IngestedWithJobs(IngestResponse, bool);

impl CountsEntries for IngestedWithJobs {
    fn entries(&self) -> usize {
        usize::from(self.0.already_there)
    }
}

async fn store_draft(ctx: &Ctx, draft: EntryDraft) -> Result<IngestResponse> {
    let vectors = EntryVectors::deferred(egress::embedder(ctx, EgressSubject::default())?);
    // Long texts and remote providers would make the caller wait.
    let is_deferred = draft.body.len() > MAX_INLINE_BYTES || vectors.is_remote();
    let vectors = if is_deferred { vectors } else { vectors.compute(ctx, &draft.body).await? };
    let (trail, job) = (AuditRecorder::from_ctx(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let follow_ups = DerivedJobs::from_config(ctx).await?;
    let IngestedWithJobs(ingested, is_deferred) = ctx
        .write_restricted(Scope::Ingest, move |db, within| {
            let ingested = |entry, queued: EnqueuedJobs, already_there| IngestResponse {
                entry,
                mood_job_id: queued.moods,
                entity_extraction_job_id: queued.entities,
                already_there,
            };
            let stored = |id| entries::find_within(db, id, within)?.ok_or_else(|| Error::not_found("entry"));
            if let Some(id) = draft.find_duplicate(db)? {
                return Ok(IngestedWithJobs(ingested(stored(id)?, EnqueuedJobs::default(), true), false));
            }
            let id = draft.add(db, &trail)?;
            let is_deferred = !vectors.store(db, id, job, trail.at())?;
            let queued = follow_ups.enqueue(db, id, trail.at())?;
            Ok(IngestedWithJobs(ingested(stored(id)?, queued, false), is_deferred || !queued.is_empty()))
        })
        .await?;
    if is_deferred {
        ctx.wake_worker();
    }
    Ok(ingested)
}
