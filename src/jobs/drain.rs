//! Runs one notebook's due jobs in the foreground, for a caller that waits.

use std::sync::Arc;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::app::context::Ctx;
use crate::domain::id::JobId;
use crate::domain::job::JobView;
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::embedding_batch::{self, LOCK_POLL_INTERVAL};
use crate::jobs::progress::ProgressTracker;
use crate::jobs::run::{HandlerRegistry, JobRun, RunOutcome, job_kinds};
use crate::jobs::worker_lock::{LockState, WorkerLock};
use crate::jobs::{ProgressCallback, QueueSummary, job_handlers, query};
use crate::storage::notebook::job_leases;

/// Runs every due job: uploads become entries, entries get their vectors.
///
/// Waits for jobs that another process runs, not for jobs scheduled for a retry; the summary counts those. `scope` is
/// the scope of the operation that enqueued the jobs: a caller allowed to do that may also finish it.
///
/// # Errors
/// `Conflict` if the notebook's vectors are of another model.
pub async fn drain(ctx: &Ctx, scope: Scope, progress: ProgressCallback<'_>) -> Result<QueueSummary> {
    let ctx = &ctx.unrestricted();
    ctx.caller.authorize(scope)?;
    let mut done = run_due_jobs(ctx, &job_handlers(), progress).await?;
    let embedded = embedding_batch::embed_pending(ctx, scope, progress).await?;
    done.succeeded += embedded.succeeded;
    done.failed += embedded.failed;
    done.unfindable = embedded.unfindable;
    (done.waiting, done.next_at) = ctx.read(scope, job_leases::count_waiting).await?;
    Ok(done)
}

/// Runs every due job for the caller that enqueued job `id`, and returns that job. Needs no scope beyond that of
/// enqueuing, because only the job is returned.
///
/// # Errors
/// As [`drain`] and [`query::get`].
pub async fn drain_for_job(ctx: &Ctx, id: JobId, progress: ProgressCallback<'_>) -> Result<JobView> {
    run_due_jobs(&ctx.as_system(), &job_handlers(), progress).await?;
    query::poll(ctx, id).await
}

/// Runs every due job of the given kinds, several at once.
pub(super) async fn run_due_jobs(
    ctx: &Ctx,
    table: &HandlerRegistry,
    progress: ProgressCallback<'_>,
) -> Result<QueueSummary> {
    let workers = usize::try_from(ctx.app.config.external_services.job_workers).unwrap_or(1);
    let (_never, stop) = watch::channel(false);
    let steps = Arc::new(ProgressTracker::default());
    let (mut alive, mut running, mut done) = (WorkerLock::default(), JoinSet::new(), QueueSummary::default());
    loop {
        while running.len() < workers {
            let Some(attempt) = claim_next(ctx, table, &mut alive, &steps).await? else { break };
            let stop = stop.clone();
            running.spawn(async move { attempt.run(Arc::new(Notify::new()), stop).await });
        }
        if running.is_empty() {
            let kinds = job_kinds(table);
            if ctx.read(Scope::Ingest, move |db| job_leases::count_claimed(db, &kinds)).await? == 0 {
                return Ok(done);
            }
            tokio::time::sleep(LOCK_POLL_INTERVAL).await;
            continue;
        }
        tokio::select! {
            (now, total) = steps.wait_for_change() => progress(now, total),
            Some(ended) = running.join_next() => match ended {
                Ok(RunOutcome::Succeeded) => done.succeeded += 1,
                Ok(RunOutcome::Failed) => done.failed += 1,
                Ok(RunOutcome::RetryAt(_) | RunOutcome::LeaseLost | RunOutcome::Released) => {}
                Err(_) => return Err(Error::new(ErrorKind::Internal, "a job task panicked or was aborted")),
            },
        }
    }
}

async fn claim_next(
    ctx: &Ctx,
    table: &HandlerRegistry,
    alive: &mut WorkerLock,
    steps: &Arc<ProgressTracker>,
) -> Result<Option<JobRun>> {
    loop {
        match alive.acquire(ctx, &job_kinds(table)).await? {
            LockState::Acquired(alive) => return JobRun::claim(ctx, table, alive, steps.clone()).await,
            LockState::Idle => return Ok(None),
            LockState::Busy => tokio::time::sleep(LOCK_POLL_INTERVAL).await,
        }
    }
}
