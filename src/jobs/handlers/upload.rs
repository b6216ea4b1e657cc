//! Upload handlers: turn uploaded photos and recordings into entries.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::app::context::Ctx;
use crate::domain::access_filter::AccessFilter;
use crate::domain::entry::SourceType;
use crate::domain::id::{EntryId, JobId};
use crate::domain::job_notification::JobResultCounts;
use crate::domain::scope::Scope;
use crate::egress::{self, DerivedJobs, EgressSubject};
use crate::error::{Error, Result};
use crate::jobs::handler::{self, JobCommit, JobHandler, JobOutput};
use crate::jobs::inline_embedding::EntryVectors;
use crate::jobs::lease::JobLease;
use crate::services::audit::AuditRecorder;
use crate::services::ingest::uploads::UploadJob;
use crate::services::ingest::{self, EntryDraft, EntrySubmitter};
use crate::storage::notebook::{NotebookDb, entries, jobs, uploads};

/// Job kinds of uploads.
pub(crate) const UPLOAD_KINDS: [&str; 2] = [uploads::IMAGES, uploads::RECORDINGS];

/// Parameters of an upload job.
#[derive(Deserialize)]
pub(crate) struct UploadParams {
    source_type: Option<String>,
    entry_date: Option<String>,
    #[serde(default)]
    explicit_date: bool,
    language: Option<String>,
}

/// Handler of uploaded photos.
pub(crate) struct PhotoUploadHandler;

impl JobHandler for PhotoUploadHandler {
    const KIND: &'static str = uploads::IMAGES;
    type Params = UploadParams;

    async fn run(&self, ctx: &Ctx, lease: &JobLease, params: UploadParams) -> Result<JobCommit> {
        let upload = load_upload(ctx, lease.job.id, params, SourceType::Photo).await?;
        let draft = ingest::photos::draft(ctx, &upload, lease).await?;
        build_commit(ctx, &upload, draft, "page_count").await
    }
}

/// Handler of uploaded recordings.
pub(crate) struct RecordingUploadHandler;

impl JobHandler for RecordingUploadHandler {
    const KIND: &'static str = uploads::RECORDINGS;
    type Params = UploadParams;

    async fn run(&self, ctx: &Ctx, lease: &JobLease, params: UploadParams) -> Result<JobCommit> {
        let source = params.source_type.as_deref().map_or(Ok(SourceType::Voice), str::parse)?;
        let upload = load_upload(ctx, lease.job.id, params, source).await?;
        let draft = ingest::recordings::draft(ctx, &upload, lease).await?;
        build_commit(ctx, &upload, draft, "recording_count").await
    }
}

async fn load_upload(ctx: &Ctx, job: JobId, params: UploadParams, source: SourceType) -> Result<UploadJob> {
    let (files, by) = ctx
        .read(Scope::Ingest, move |db| Ok((uploads::list_files(db, job)?, uploads::find_uploader(db, job)?)))
        .await?;
    if files.is_empty() {
        return Err(Error::conflict("the upload was deleted").hint("upload the files again"));
    }
    let within = by.boundary.as_ref().map(AccessFilter::from_restrictions).unwrap_or_default();
    let submitter = EntrySubmitter { author: by.author, within };
    let UploadParams { entry_date: date, explicit_date: is_date_explicit, language, .. } = params;
    Ok(UploadJob { job, files, date, is_date_explicit, source, submitter, language })
}

/// Builds the commit of a draft. Its vectors are computed first and stored with the entry, so that the entry can be
/// searched once the job has succeeded. `count_name` names the number of files in the result.
async fn build_commit(ctx: &Ctx, upload: &UploadJob, draft: EntryDraft, count_name: &'static str) -> Result<JobCommit> {
    let (job, files) = (upload.job, (count_name, upload.files.len() as u64));
    let vectors = EntryVectors::deferred(egress::embedder(ctx, EgressSubject::for_job(job))?);
    let vectors = if draft.date_confirmed { vectors.compute(ctx, &draft.body).await? } else { vectors };
    let (trail, embed) = (AuditRecorder::from_ctx(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let follow_ups = DerivedJobs::from_config(ctx).await?;
    Ok(handler::commit(move |db| {
        let id = draft.add(db, &trail)?;
        let is_deferred = draft.date_confirmed && !vectors.store(db, id, embed, trail.at())?;
        let mut queued = follow_ups.enqueue(db, id, trail.at())?.by_response_name();
        queued.iter().try_for_each(|&(_, child)| jobs::set_parent(db, job, child))?;
        queued.extend(is_deferred.then_some((jobs::EMBED, embed)));
        build_output(db, id, &draft, &queued, files)
    }))
}

fn build_output(
    db: &NotebookDb<'_>,
    id: EntryId,
    draft: &EntryDraft,
    queued: &[(&str, JobId)],
    (count_name, files): (&str, u64),
) -> Result<JobOutput> {
    let entry = entries::find(db, id)?.ok_or_else(|| Error::not_found("entry"))?;
    let mut result = Map::from_iter([
        ("entry_id".to_owned(), Value::from(id.0)),
        ("entry_date".to_owned(), entry.entry_date.into()),
        ("source_type".to_owned(), draft.source.name().into()),
        ("word_count".to_owned(), entry.word_count.into()),
        ("chunk_count".to_owned(), entry.chunk_count.into()),
        (count_name.to_owned(), files.into()),
        ("follow_up_jobs".to_owned(), jobs::jobs_to_json(queued)),
    ]);
    if !draft.date_confirmed {
        result.insert("quarantined".to_owned(), true.into());
    }
    let is_photo = draft.source == SourceType::Photo;
    let counts = JobResultCounts {
        pages: is_photo.then_some(files),
        recordings: (!is_photo).then_some(files),
        words: u64::try_from(entry.word_count).ok(),
        chunks: u64::try_from(entry.chunk_count).ok(),
        ..JobResultCounts::default()
    };
    Ok(JobOutput { result, entry: Some(id), counts, enqueued_jobs: !queued.is_empty() })
}
