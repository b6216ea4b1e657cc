//! Job worker of the server.
//!
//! One loop starts work and never waits for it: one batch of embeddings at a time, and other jobs up to the configured
//! number of workers. Notebooks take turns at both, so a long queue does not delay other notebooks.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{Notify, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::MissedTickBehavior;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::domain::id::{JobId, NotebookId};
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::jobs::embedding_batch::{BatchLimits, EmbeddingSession};
use crate::jobs::notebook_queue::NotebookQueue;
use crate::jobs::run::{HandlerRegistry, JobRun, RunOutcome, job_kinds, wait_for_shutdown};
use crate::jobs::worker_lock::{LockState, WorkerLock};
use crate::jobs::{control, job_handlers};
use crate::services::accounts::users;
use crate::services::auth;
use crate::storage::notebook::{job_leases, jobs};

/// Interval at which notebooks written to by another process are polled; writes of this server wake the worker at
/// once.
const CHANGE_POLL_INTERVAL: Duration = Duration::from_secs(30);
/// Interval at which a queue locked by another process is tried again.
const BUSY_RETRY_INTERVAL: Duration = Duration::from_millis(200);
/// Delay after an error with a notebook.
const ERROR_RETRY_DELAY: Duration = Duration::from_mins(5);
/// Interval at which due account deletions are carried out.
const PURGE_INTERVAL: Duration = Duration::from_hours(1);
/// Interval at which expired uploads are deleted; each sweep opens every notebook.
const UPLOAD_SWEEP_INTERVAL: Duration = Duration::from_hours(24);

/// Runs the worker until `stop` is set (graceful shutdown): a started embedding batch is finished, running jobs are
/// released.
pub async fn run_worker(app: Arc<AppState>, stop: watch::Receiver<bool>) {
    JobWorker::new(app, job_handlers(), stop).run().await;
}

fn periodic_interval(period: Duration) -> tokio::time::Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// Outcome of one embedding batch.
enum BatchOutcome {
    /// There may be more.
    MayHaveMore,
    /// Nothing is due.
    Empty,
    /// Another process holds the lock.
    Locked,
}

/// Worker loop: claims due jobs and starts them.
pub(super) struct JobWorker {
    app: Arc<AppState>,
    handlers: Arc<HandlerRegistry>,
    stop: watch::Receiver<bool>,
    max_running_jobs: usize,
    /// Queue for embedding batches.
    batch_queue: NotebookQueue,
    running_batch: JoinSet<(Ctx, Result<BatchOutcome>)>,
    /// Queue for all other jobs.
    job_queue: NotebookQueue,
    running_jobs: JoinSet<(Ctx, JobId, RunOutcome)>,
    /// Triggers the lease check of a running job.
    lease_checks: HashMap<JobId, (NotebookId, Arc<Notify>)>,
    worker_lock: WorkerLock,
    /// Last modification time of each notebook's files: an unchanged notebook is not opened.
    last_changes: HashMap<NotebookId, Option<SystemTime>>,
}

impl JobWorker {
    pub(super) fn new(app: Arc<AppState>, table: HandlerRegistry, stop: watch::Receiver<bool>) -> Self {
        let workers = usize::try_from(app.config.external_services.job_workers).unwrap_or(1);
        Self {
            app,
            handlers: Arc::new(table),
            stop,
            max_running_jobs: workers,
            batch_queue: NotebookQueue::default(),
            running_batch: JoinSet::new(),
            job_queue: NotebookQueue::default(),
            running_jobs: JoinSet::new(),
            lease_checks: HashMap::new(),
            worker_lock: WorkerLock::default(),
            last_changes: HashMap::new(),
        }
    }

    pub(super) async fn run(mut self) {
        let (mut poll, mut retry_busy) =
            (periodic_interval(CHANGE_POLL_INTERVAL), periodic_interval(BUSY_RETRY_INTERVAL));
        let (mut stop, app) = (self.stop.clone(), self.app.clone());
        let mut chores = JoinSet::new();
        chores.spawn(purge_deleted_users(app.clone()));
        chores.spawn(sweep_expired_uploads(app.clone()));
        loop {
            let due = self.time_until_due();
            tokio::select! {
                biased;
                () = wait_for_shutdown(&mut stop) => break,
                _ = poll.tick() => self.enqueue_changed(),
                () = app.pending_work.notified() => self.enqueue_signalled(),
                () = tokio::time::sleep(due.unwrap_or_default()), if due.is_some() => self.enqueue_due(),
                _ = retry_busy.tick(), if self.batch_queue.has_deferred() || self.job_queue.has_deferred() => {
                    self.batch_queue.requeue_deferred();
                    self.job_queue.requeue_deferred();
                }
                Some(stepped) = self.running_batch.join_next() => self.finish_batch(stepped).await,
                Some(ended) = self.running_jobs.join_next() => self.finish_job(ended),
                () = std::future::ready(()), if self.can_start_batch() => self.start_batch(),
                () = std::future::ready(()), if self.can_start_job() => self.start_job().await,
            }
        }
        chores.shutdown().await;
        // Running jobs get the stop signal too.
        while let Some(ended) = self.running_jobs.join_next().await {
            self.finish_job(ended);
        }
        while self.running_batch.join_next().await.is_some() {}
    }

    /// Enqueues the notebooks that some process wrote to since the last poll; initially all.
    fn enqueue_changed(&mut self) {
        let app = self.app.clone();
        let mut seen = std::mem::take(&mut self.last_changes);
        self.enqueue_matching(|id| {
            let changed = app.store.modified_at(id);
            seen.insert(id, changed) != Some(changed)
        });
        self.last_changes = seen;
        // The system clock may have been set.
        self.enqueue_due();
    }

    /// Enqueues the notebooks in which this server enqueued or cancelled jobs, and checks the leases of their running
    /// jobs.
    fn enqueue_signalled(&mut self) {
        let signalled = self.app.pending_work.take();
        for (id, check_lease) in self.lease_checks.values() {
            if signalled.contains(id) {
                check_lease.notify_one();
            }
        }
        self.enqueue_matching(|id| signalled.contains(&id));
    }

    /// Enqueues the notebooks in which a job is due.
    fn enqueue_due(&mut self) {
        let now = self.app.clock.now();
        let mut due = self.batch_queue.take_due(now);
        due.extend(self.job_queue.take_due(now));
        if !due.is_empty() {
            self.enqueue_matching(|id| due.contains(&id));
        }
    }

    fn enqueue_matching(&mut self, mut wanted: impl FnMut(NotebookId) -> bool) {
        let all = match auth::server_for_every_notebook(&self.app) {
            Ok(all) => all,
            Err(error) => return tracing::error!("listing the notebooks failed: {error:?}"),
        };
        for ctx in all {
            let Ok(id) = ctx.notebook() else { continue };
            if wanted(id) {
                self.batch_queue.push(id, &ctx);
                self.job_queue.push(id, &ctx);
            }
        }
    }

    /// Returns the time until the next job is due.
    fn time_until_due(&self) -> Option<Duration> {
        let next = self.batch_queue.next_due().into_iter().chain(self.job_queue.next_due()).min()?;
        Some(Duration::try_from(next.duration_since(self.app.clock.now())).unwrap_or_default())
    }

    fn can_start_batch(&self) -> bool {
        self.running_batch.is_empty() && self.batch_queue.has_next()
    }

    fn can_start_job(&self) -> bool {
        self.running_jobs.len() < self.max_running_jobs && self.job_queue.has_next()
    }

    fn start_batch(&mut self) {
        let Some(ctx) = self.batch_queue.pop() else { return };
        self.running_batch.spawn(async move {
            let step = run_embedding_batch(&ctx).await;
            (ctx, step)
        });
    }

    async fn finish_batch(&mut self, stepped: Result<(Ctx, Result<BatchOutcome>), JoinError>) {
        let Ok((ctx, run_embedding_batch)) = stepped else {
            return tracing::error!("an embedding batch panicked or was aborted");
        };
        match run_embedding_batch {
            Ok(BatchOutcome::MayHaveMore) => self.batch_queue.requeue(&ctx),
            Ok(BatchOutcome::Locked) => self.batch_queue.defer(ctx),
            Ok(BatchOutcome::Empty) => self.batch_queue.schedule_next_due(&ctx, &[jobs::EMBED]).await,
            Err(error) => {
                tracing::error!("an embedding batch failed: {error:?}");
                self.batch_queue.schedule_after(&ctx, ERROR_RETRY_DELAY);
            }
        }
    }

    /// Starts the next job of the next notebook, which then moves to the end of the queue.
    async fn start_job(&mut self) {
        let Some(ctx) = self.job_queue.pop() else { return };
        match self.claim_job(&ctx).await {
            Ok(ClaimOutcome::Claimed(attempt)) => {
                let (id, check_lease, stop) = (attempt.job.id, Arc::new(Notify::new()), self.stop.clone());
                if let Ok(notebook) = ctx.notebook() {
                    self.lease_checks.insert(id, (notebook, check_lease.clone()));
                }
                let job_ctx = ctx.clone();
                self.running_jobs.spawn(async move { (job_ctx, id, attempt.run(check_lease, stop).await) });
                self.job_queue.requeue(&ctx);
            }
            Ok(ClaimOutcome::NoneDue) => self.job_queue.schedule_next_due(&ctx, &job_kinds(&self.handlers)).await,
            Ok(ClaimOutcome::Locked) => self.job_queue.defer(ctx),
            Err(error) => {
                tracing::error!("claiming a job failed: {error:?}");
                self.job_queue.schedule_after(&ctx, ERROR_RETRY_DELAY);
            }
        }
    }

    async fn claim_job(&mut self, ctx: &Ctx) -> Result<ClaimOutcome> {
        let alive = match self.worker_lock.acquire(ctx, &job_kinds(&self.handlers)).await? {
            LockState::Acquired(alive) => alive,
            LockState::Idle => return Ok(ClaimOutcome::NoneDue),
            LockState::Busy => return Ok(ClaimOutcome::Locked),
        };
        let attempt = JobRun::claim(ctx, &self.handlers, alive, Arc::default()).await?;
        Ok(attempt.map_or(ClaimOutcome::NoneDue, |attempt| ClaimOutcome::Claimed(Box::new(attempt))))
    }

    fn finish_job(&mut self, ended: Result<(Ctx, JobId, RunOutcome), JoinError>) {
        let Ok((ctx, id, ended)) = ended else { return tracing::error!("a job task panicked or was aborted") };
        self.lease_checks.remove(&id);
        tracing::info!(job = %id, "job run ended: {ended:?}");
        if let RunOutcome::RetryAt(until) = ended {
            self.job_queue.schedule_at(&ctx, until);
        }
    }
}

/// Outcome of claiming a job.
enum ClaimOutcome {
    Claimed(Box<JobRun>),
    NoneDue,
    Locked,
}

/// Runs one embedding batch of a notebook.
async fn run_embedding_batch(ctx: &Ctx) -> Result<BatchOutcome> {
    let scope = Scope::Ingest;
    if ctx.read(scope, |db| job_leases::count_open(db, &[jobs::EMBED])).await? == 0 {
        return Ok(BatchOutcome::Empty);
    }
    let Some(lock) = ctx.app.store.try_lock_queue(ctx.notebook()?)? else { return Ok(BatchOutcome::Locked) };
    let Some(turn) = EmbeddingSession::begin(ctx, scope, lock, BatchLimits::background()).await? else {
        return Ok(BatchOutcome::Empty);
    };
    let Some(done) = turn.run_batch().await? else { return Ok(BatchOutcome::Empty) };
    tracing::info!(succeeded = done.succeeded, failed = done.failed, "finished an embedding batch");
    Ok(BatchOutcome::MayHaveMore)
}

/// Carries out account deletions that are due.
async fn purge_deleted_users(app: Arc<AppState>) {
    let mut purge = periodic_interval(PURGE_INTERVAL);
    loop {
        purge.tick().await;
        match users::purge(&auth::server(app.clone())).await {
            Ok(receipt) => {
                for user in receipt.users {
                    let users::OwnedData { notebooks, entries, originals, .. } = user.data;
                    tracing::info!(user = %user.user_id, notebooks, entries, originals, "purged a deleted account");
                }
            }
            Err(error) => tracing::error!("purging deleted accounts failed: {error:?}"),
        }
    }
}

/// Deletes uploads past their retention.
async fn sweep_expired_uploads(app: Arc<AppState>) {
    let mut sweep = periodic_interval(UPLOAD_SWEEP_INTERVAL);
    loop {
        sweep.tick().await;
        let all = auth::server_for_every_notebook(&app).unwrap_or_else(|error| {
            tracing::error!("listing the notebooks for the upload sweep failed: {error:?}");
            Vec::new()
        });
        for ctx in all {
            if let Err(error) = control::delete_expired_uploads(&ctx).await {
                tracing::error!("deleting expired uploads failed: {error:?}");
            }
        }
    }
}
