//! Job control for the notebook's owner: cancel and retry.

use jiff::SignedDuration;

use crate::app::context::Ctx;
use crate::clock;
use crate::domain::id::JobId;
use crate::domain::job::JobView;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::jobs::handlers::upload::UPLOAD_KINDS;
use crate::jobs::query;
use crate::jobs::registry::job_handlers;
use crate::services::ingest;
use crate::storage::notebook::{NotebookDb, job_leases, jobs, uploads};

/// Retention of the upload of a failed or cancelled job, for a retry.
const UPLOAD_RETENTION: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Cancels a job. This server aborts a running one at once, another process at its next heartbeat.
///
/// # Errors
/// `NotFound`, also for the jobs of others; `Conflict` for one that has ended, and for embeddings, which search needs.
pub async fn cancel(ctx: &Ctx, id: JobId) -> Result<JobView> {
    let at = ctx.app.now_timestamp();
    change_job(ctx, id, move |db, job| {
        if job.kind == jobs::EMBED {
            return Err(Error::conflict(
                "this job cannot be cancelled: its vectors are needed for the entry to be found",
            )
            .code("job_not_cancellable")
            .hint("let it run, or delete the entry"));
        }
        if job_leases::cancel(db, id, &at)? {
            return Ok(());
        }
        Err(Error::conflict(format!("the job has ended: it {}", status_phrase(&job.status)))
            .code("job_ended")
            .hint("only a queued or running job can be cancelled"))
    })
    .await
}

/// Queues a failed or cancelled job again; pages that were read before are not read again.
///
/// # Errors
/// `NotFound`, also for the jobs of others; `Conflict` for one that did not fail, or whose upload has expired.
pub async fn retry(ctx: &Ctx, id: JobId) -> Result<JobView> {
    let handlers = job_handlers(&ctx.app);
    change_job(ctx, id, move |db, job| {
        if !matches!(job.status.as_str(), "failed" | "cancelled") {
            return Err(Error::conflict(format!("the job has not failed: it {}", status_phrase(&job.status)))
                .code("job_not_failed")
                .hint("only a failed or cancelled job can be retried"));
        }
        if UPLOAD_KINDS.contains(&job.kind.as_str()) && uploads::list_files(db, id)?.is_empty() {
            let days = UPLOAD_RETENTION.as_hours() / 24;
            return Err(Error::conflict(format!("its upload has expired: it was kept for {days} days"))
                .code("upload_gone")
                .hint("upload the files again"));
        }
        if job.kind != jobs::EMBED && handlers.find(&job.kind).is_none() {
            return Err(Error::conflict(format!("this version does not support jobs of type {}", job.kind))
                .code("job_type_unknown")
                .hint("`journal job list` shows the other jobs"));
        }
        job_leases::retry(db, id).map(drop)
    })
    .await
}

/// Changes a job in one transaction, wakes the worker, and returns the job as stored.
async fn change_job(
    ctx: &Ctx,
    id: JobId,
    work: impl FnOnce(&NotebookDb<'_>, &JobView) -> Result<()> + Send + 'static,
) -> Result<JobView> {
    let owner = ctx.caller.user()?.id;
    let own = ctx.caller.auth_method_label();
    let job = ctx.with_notebook_restricted(Scope::Ingest, move |notebook, within| {
        notebook.write(|db| {
            work(db, &jobs::find_within(db, id, within, &own)?.ok_or_else(query::job_not_found)?)?;
            query::find_job(db, id)
        })
    });
    let job = query::to_client_view(job.await?, owner);
    ctx.wake_worker();
    Ok(job)
}

fn status_phrase(status: &str) -> &str {
    match status {
        "cancelled" => "was cancelled",
        "queued" => "is queued",
        "running" => "is running",
        other => other,
    }
}

/// Deletes the uploads, with their originals, of jobs that failed or were cancelled more than [`UPLOAD_RETENTION`] ago.
pub(super) async fn delete_expired_uploads(ctx: &Ctx) -> Result<()> {
    let before = clock::format_timestamp(ctx.app.clock.now() - UPLOAD_RETENTION);
    let expired = ctx.with_notebook(Scope::Ingest, move |notebook| {
        // Usually there is none; the read avoids a write transaction.
        let any = notebook.read(|db| uploads::count_abandoned(db, &before))? > 0;
        if any {
            notebook.write(|db| uploads::remove_abandoned(db, &before))?;
        }
        Ok(any)
    });
    if expired.await? {
        ingest::uploads::remove_orphaned_originals(ctx).await?;
    }
    Ok(())
}
