//! Upload handlers: turn uploaded photos and recordings into entries.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::app::context::Ctx;
use crate::domain::access_filter::AccessFilter;
use crate::domain::entry::SourceType;
use crate::domain::id::{EntryId, JobId};
use crate::domain::job_notification::JobResultCounts;
use crate::domain::scope::Scope;
use crate::egress::{self, DerivedJobs, EgressSubject};
use crate::error::{Error, Result};
use crate::jobs::inline_embedding::EntryVectors;
use crate::jobs::run::{HandlerRegistry, JobCommit, JobHandler, JobLease, JobOutput};
use crate::net::transport::BoxFuture;
use crate::services::audit::AuditRecorder;
use crate::services::ingest::uploads::UploadJob;
use crate::services::ingest::{self, EntryDraft, EntrySubmitter};
use crate::storage::notebook::job_leases::ClaimedJob;
use crate::storage::notebook::{NotebookDb, entries, jobs, uploads};

/// Returns the upload handlers by job kind.
pub(crate) fn upload_handlers() -> HandlerRegistry {
    vec![(uploads::IMAGES, Arc::new(PhotoUploadHandler)), (uploads::RECORDINGS, Arc::new(RecordingUploadHandler))]
}

struct PhotoUploadHandler;

impl JobHandler for PhotoUploadHandler {
    fn run<'a>(&'a self, ctx: &'a Ctx, job: &'a ClaimedJob, held: &'a JobLease) -> BoxFuture<'a, Result<JobCommit>> {
        Box::pin(async move {
            let upload = load_upload(ctx, job, SourceType::Photo).await?;
            let pages = upload.files.len() as u64;
            let draft = ingest::photos::draft(ctx, &upload, held).await?;
            build_commit(ctx, job.id, draft, UploadFileCount { name: "page_count", count: pages }).await
        })
    }
}

struct RecordingUploadHandler;

impl JobHandler for RecordingUploadHandler {
    fn run<'a>(&'a self, ctx: &'a Ctx, job: &'a ClaimedJob, held: &'a JobLease) -> BoxFuture<'a, Result<JobCommit>> {
        Box::pin(async move {
            let source = match job.params.get("source_type").and_then(Value::as_str) {
                Some(name) => name.parse()?,
                None => SourceType::Voice,
            };
            let upload = load_upload(ctx, job, source).await?;
            let recordings = upload.files.len() as u64;
            let draft = ingest::recordings::draft(ctx, &upload, held).await?;
            build_commit(ctx, job.id, draft, UploadFileCount { name: "recording_count", count: recordings }).await
        })
    }
}

/// Number of files in an upload, with its field name in the result.
#[derive(Clone, Copy)]
struct UploadFileCount {
    name: &'static str,
    count: u64,
}

async fn load_upload(ctx: &Ctx, job: &ClaimedJob, source: SourceType) -> Result<UploadJob> {
    let id = job.id;
    let (files, by) =
        ctx.read(Scope::Ingest, move |db| Ok((uploads::list_files(db, id)?, uploads::find_uploader(db, id)?))).await?;
    if files.is_empty() {
        return Err(Error::conflict("the upload was deleted").hint("upload the files again"));
    }
    let date = job.params.get("entry_date").and_then(Value::as_str).map(str::to_owned);
    let language = job.params.get("language").and_then(Value::as_str).map(str::to_owned);
    let within = by.boundary.as_ref().map(AccessFilter::from_restrictions).unwrap_or_default();
    Ok(UploadJob { job: id, files, date, source, submitter: EntrySubmitter { author: by.author, within }, language })
}

/// Builds the commit of a draft. Its vectors are computed first and stored with the entry, so that the entry can be
/// searched once the job has succeeded.
async fn build_commit(ctx: &Ctx, job: JobId, draft: EntryDraft, files: UploadFileCount) -> Result<JobCommit> {
    let vectors = EntryVectors::deferred(egress::embedder(ctx, EgressSubject::for_job(job))?);
    let vectors = if draft.date_confirmed { vectors.compute(ctx, &draft.body).await? } else { vectors };
    let (trail, embed) = (AuditRecorder::from_ctx(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let follow_ups = DerivedJobs::from_config(ctx).await?;
    Ok(Box::new(move |db| {
        let (id, is_deferred) = store_entry(db, &draft, &vectors, &trail, embed)?;
        let mut queued = follow_ups.enqueue(db, id, trail.at())?.by_response_name();
        queued.iter().try_for_each(|&(_, child)| jobs::set_parent(db, job, child))?;
        queued.extend(is_deferred.then_some((jobs::EMBED, embed)));
        build_output(db, id, &draft, &queued, files)
    }))
}

/// Stores the entry; returns its id, and true if its vectors are left to a job.
fn store_entry(
    db: &NotebookDb<'_>,
    draft: &EntryDraft,
    vectors: &EntryVectors,
    trail: &AuditRecorder,
    embed: JobId,
) -> Result<(EntryId, bool)> {
    let id = draft.add(db, trail)?;
    Ok((id, draft.date_confirmed && !vectors.store(db, id, embed, trail.at())?))
}

fn build_output(
    db: &NotebookDb<'_>,
    id: EntryId,
    draft: &EntryDraft,
    queued: &[(&str, JobId)],
    files: UploadFileCount,
) -> Result<JobOutput> {
    let entry = entries::find(db, id)?.ok_or_else(|| Error::not_found("entry"))?;
    let mut result = Map::from_iter([
        ("entry_id".to_owned(), Value::from(id.0)),
        ("entry_date".to_owned(), entry.entry_date.into()),
        ("source_type".to_owned(), draft.source.name().into()),
        ("word_count".to_owned(), entry.word_count.into()),
        ("chunk_count".to_owned(), entry.chunk_count.into()),
        (files.name.to_owned(), files.count.into()),
        ("follow_up_jobs".to_owned(), jobs::jobs_to_json(queued)),
    ]);
    if !draft.date_confirmed {
        result.insert("quarantined".to_owned(), true.into());
    }
    let count = Some(files.count);
    let photographed = draft.source == SourceType::Photo;
    let counts = JobResultCounts {
        pages: count.filter(|_| photographed),
        recordings: count.filter(|_| !photographed),
        words: u64::try_from(entry.word_count).ok(),
        chunks: u64::try_from(entry.chunk_count).ok(),
        ..JobResultCounts::default()
    };
    Ok(JobOutput { result, entry: Some(id), counts, enqueued_jobs: !queued.is_empty() })
}
