//! Runs one notebook's due jobs in the foreground, for a caller that waits.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::app::context::Ctx;
use crate::domain::id::JobId;
use crate::domain::job::JobView;
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::handler::HandlerRegistry;
use crate::jobs::progress::ProgressTracker;
use crate::jobs::query;
use crate::jobs::registry::{foreground_embedding, job_handlers};
use crate::jobs::run::{JobRun, RunOutcome};
use crate::jobs::worker_lock::{LockState, WorkerLock};
use crate::storage::notebook::{job_leases, jobs};

/// Interval at which a process that waits for another one polls.
const LOCK_POLL_INTERVAL: Duration = Duration::from_millis(200);

/// Progress callback: entries or files done, and their total.
pub type ProgressCallback<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Summary of a run over the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct QueueSummary {
    /// Jobs that succeeded.
    pub succeeded: u64,
    /// Jobs that failed; `journal job list` shows their errors.
    pub failed: u64,
    /// Failed embedding jobs: their entries cannot be found by meaning.
    pub unfindable: u64,
    /// Jobs scheduled for a retry.
    pub waiting: u64,
    /// When the next retry is due.
    pub next_at: Option<String>,
}

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
    let mut done = run_due_jobs(ctx, &job_handlers(&ctx.app), progress).await?;
    let embedded = embed_pending(ctx, scope, progress).await?;
    done.succeeded += embedded.succeeded;
    done.failed += embedded.failed;
    done.unfindable = embedded.unfindable;
    (done.waiting, done.next_at) = ctx.read(scope, job_leases::count_waiting).await?;
    Ok(done)
}

/// Runs every pending embedding job; `scope` is that of [`drain`].
///
/// # Errors
/// As [`drain`].
pub async fn embed_pending(ctx: &Ctx, scope: Scope, progress: ProgressCallback<'_>) -> Result<QueueSummary> {
    let ctx = &ctx.unrestricted();
    ctx.caller.authorize(scope)?;
    let pending = ctx.read(scope, |db| jobs::count_open(db, jobs::EMBED)).await?;
    let progress = |done, total: u64| progress(done, pending.max(total));
    let done = run_due_jobs(ctx, &foreground_embedding(scope), &progress).await?;
    Ok(QueueSummary { unfindable: done.failed, ..done })
}

/// Runs every due job for the caller that enqueued job `id`, and returns that job. Needs no scope beyond that of
/// enqueuing, because only the job is returned.
///
/// # Errors
/// As [`drain`] and [`query::get`].
pub async fn drain_for_job(ctx: &Ctx, id: JobId, progress: ProgressCallback<'_>) -> Result<JobView> {
    run_due_jobs(&ctx.as_system(), &job_handlers(&ctx.app), progress).await?;
    query::poll(ctx, id).await
}

/// Runs every due job of the given kinds, several at once.
pub(super) async fn run_due_jobs(
    ctx: &Ctx,
    handlers: &HandlerRegistry,
    progress: ProgressCallback<'_>,
) -> Result<QueueSummary> {
    let (_never, stop) = watch::channel(false);
    let mut drain = QueueDrain { ctx, handlers, lock: WorkerLock::default(), held: None, steps: Arc::default() };
    let (mut running, mut done) = (JoinSet::new(), QueueSummary::default());
    loop {
        while running.len() < handlers.max_runs {
            let Some(attempt) = drain.claim_next().await? else { break };
            let stop = stop.clone();
            running.spawn(async move { attempt.run(Arc::new(Notify::new()), stop).await });
        }
        if running.is_empty() {
            // Not held while waiting, so that this process can find out that another one died.
            drain.held = None;
            let kinds = handlers.kinds();
            if ctx.read(handlers.scope, move |db| job_leases::count_claimed(db, &kinds)).await? == 0 {
                return Ok(done);
            }
            tokio::time::sleep(LOCK_POLL_INTERVAL).await;
            continue;
        }
        tokio::select! {
            () = drain.steps.wait_for_change() => {}
            Some(ended) = running.join_next() => {
                let ended = ended
                    .map_err(|_| Error::new(ErrorKind::Internal, "a job task panicked or was aborted"))?;
                for outcome in ended? {
                    match outcome {
                        RunOutcome::Succeeded => done.succeeded += 1,
                        RunOutcome::Failed => done.failed += 1,
                        _ => {}
                    }
                }
            }
        }
        let (now, total) = drain.steps.counts();
        progress(now, total);
    }
}

/// Claims jobs of one notebook for a caller that waits.
struct QueueDrain<'c> {
    ctx: &'c Ctx,
    handlers: &'c HandlerRegistry,
    lock: WorkerLock,
    /// Keeps the lock between runs.
    held: Option<Arc<File>>,
    steps: Arc<ProgressTracker>,
}

impl QueueDrain<'_> {
    /// Claims the next due jobs; waits while another process holds the lock.
    async fn claim_next(&mut self) -> Result<Option<JobRun>> {
        loop {
            match self.lock.acquire(self.ctx, self.handlers).await? {
                LockState::Acquired(lock) => {
                    self.held = Some(lock.clone());
                    return JobRun::claim(self.ctx, self.handlers, lock, self.steps.clone()).await;
                }
                LockState::Idle => return Ok(None),
                LockState::Busy => tokio::time::sleep(LOCK_POLL_INTERVAL).await,
            }
        }
    }
}
