//! What the owner of a journal can order: call a job off, or have it tried again.

use jiff::SignedDuration;

use crate::clock;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest;
use crate::jobs::attempt::kinds;
use crate::jobs::intake;
use crate::jobs::queue;
use crate::jobs::table;
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::scope::Scope;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::claims;
use crate::storage::notebook::jobs;
use crate::storage::notebook::uploads;

/// How long the upload of a job that failed or was called off is kept for another try.
const KEEP_UPLOADS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Calls a job off. One that runs is given up at once by this server, and by another process when it next looks.
///
/// # Errors
/// `NotFound`, also for the jobs of others; `Conflict` for one that has ended, or makes what search needs.
pub async fn cancel(ctx: &Ctx, id: JobId) -> Result<Job> {
    let at = ctx.app.stamp();
    order(ctx, id, move |db, job| {
        if job.kind == jobs::EMBED {
            return Err(Error::conflict("what this job makes is needed for the entry to be found")
                .code("job_not_cancellable")
                .hint("let it run; deleting the entry ends it"));
        }
        if claims::cancel(db, id, &at)? {
            return Ok(());
        }
        Err(Error::conflict(format!("the job has ended: it {}", ended(&job.status)))
            .code("job_ended")
            .hint("only a job that is queued or running can be called off"))
    })
    .await
}

/// Queues a job anew that failed or was called off; what was read before is not read again.
///
/// # Errors
/// `NotFound`, also for the jobs of others; `Conflict` for one that did not fail, or whose upload is no longer kept.
pub async fn retry(ctx: &Ctx, id: JobId) -> Result<Job> {
    order(ctx, id, move |db, job| {
        if !matches!(job.status.as_str(), "failed" | "cancelled") {
            return Err(Error::conflict(format!("the job has not failed: it {}", ended(&job.status)))
                .code("job_not_failed")
                .hint("only a job that failed or was called off can be tried again"));
        }
        let works_on_uploads = kinds(&intake::table()).contains(&job.kind.as_str());
        if works_on_uploads && uploads::of(db, id)?.is_empty() {
            let days = KEEP_UPLOADS.as_hours() / 24;
            return Err(Error::conflict(format!("its upload is no longer there: it was kept for {days} days"))
                .code("upload_gone")
                .hint("send the files again"));
        }
        if job.kind != jobs::EMBED && !kinds(&table()).contains(&job.kind.as_str()) {
            return Err(Error::conflict(format!("this version does not work on jobs of the type {}", job.kind))
                .code("job_type_unknown")
                .hint("`journal job list` shows the others"));
        }
        claims::retry(db, id).map(drop)
    })
    .await
}

/// Carries an order out, tells whoever works on the notebook, and returns the job as it is then.
async fn order(
    ctx: &Ctx,
    id: JobId,
    work: impl FnOnce(&NotebookDb<'_>, &Job) -> Result<()> + Send + 'static,
) -> Result<Job> {
    let owner = ctx.caller.user()?.id;
    let own = ctx.caller.through();
    let job = ctx.act_within(Scope::Ingest, move |notebook, within| {
        notebook.write(|db| {
            work(db, &jobs::find_within(db, id, within, &own)?.ok_or_else(queue::absent)?)?;
            queue::found(db, id)
        })
    });
    let job = queue::shown(job.await?, owner);
    ctx.left_work();
    Ok(job)
}

fn ended(status: &str) -> &str {
    match status {
        "cancelled" => "was called off",
        "queued" => "is queued",
        "running" => "is running",
        other => other,
    }
}

/// Lets uploads go whose jobs failed or were called off [`KEEP_UPLOADS`] ago, with their originals.
pub(super) async fn forget_old_uploads(ctx: &Ctx) -> Result<()> {
    let before = clock::stamp(ctx.app.clock.now() - KEEP_UPLOADS);
    let gone = ctx.with_notebook(Scope::Ingest, move |notebook| {
        // Most of the time there is none, and nothing is written.
        let any = notebook.read(|db| uploads::count_old(db, &before))? > 0;
        if any {
            notebook.write(|db| uploads::forget_old(db, &before))?;
        }
        Ok(any)
    });
    if gone.await? {
        ingest::uploads::sweep(ctx).await?;
    }
    Ok(())
}
