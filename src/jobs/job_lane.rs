//! Lane of the worker: job kinds that share handlers, a notebook queue and a number of workers.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::{JoinError, JoinSet};

use crate::app::context::Ctx;
use crate::domain::id::{JobId, NotebookId};
use crate::error::Result;
use crate::jobs::handler::HandlerRegistry;
use crate::jobs::notebook_queue::NotebookQueue;
use crate::jobs::run::{JobRun, RunOutcome};
use crate::jobs::worker_lock::{LockState, WorkerLock};

/// Delay after an error with a notebook.
const ERROR_RETRY_DELAY: Duration = Duration::from_mins(5);

/// A run that ended: its notebook, its jobs, and their outcomes.
type EndedRun = (Ctx, Vec<JobId>, Result<Vec<RunOutcome>>);

/// Lane of the worker.
pub(super) struct JobLane {
    handlers: HandlerRegistry,
    pub(super) queue: NotebookQueue,
    pub(super) running: JoinSet<EndedRun>,
    /// Triggers the lease check of a run, by its first job.
    pub(super) lease_checks: HashMap<JobId, (NotebookId, Arc<Notify>)>,
    worker_lock: WorkerLock,
}

/// Outcome of claiming jobs.
enum ClaimOutcome {
    Claimed(Box<JobRun>),
    NoneDue,
    Locked,
}

impl JobLane {
    pub(super) fn new(handlers: HandlerRegistry) -> Self {
        Self {
            handlers,
            queue: NotebookQueue::default(),
            running: JoinSet::new(),
            lease_checks: HashMap::new(),
            worker_lock: WorkerLock::default(),
        }
    }

    pub(super) fn can_start(&self) -> bool {
        self.running.len() < self.handlers.max_runs && self.queue.has_next()
    }

    /// Starts the next run of the next notebook, which then moves to the end of the queue.
    pub(super) async fn start(&mut self, stop: &watch::Receiver<bool>) {
        let Some(ctx) = self.queue.pop() else { return };
        match self.claim(&ctx).await {
            Ok(ClaimOutcome::Claimed(run)) => {
                let (jobs, check_lease, stop) = (run.job_ids(), Arc::new(Notify::new()), stop.clone());
                if let (Some(&job), Ok(notebook)) = (jobs.first(), ctx.notebook()) {
                    self.lease_checks.insert(job, (notebook, check_lease.clone()));
                }
                // A batch that fails must delay the next one, so its notebook is queued again when it ends.
                if !self.handlers.is_batched() {
                    self.queue.requeue(&ctx);
                }
                self.running.spawn(async move { (ctx, jobs, run.run(check_lease, stop).await) });
            }
            Ok(ClaimOutcome::NoneDue) => self.queue.schedule_next_due(&ctx, &self.handlers.kinds()).await,
            Ok(ClaimOutcome::Locked) => self.queue.defer(ctx),
            Err(error) => {
                tracing::error!("claiming jobs failed: {error:?}");
                self.queue.schedule_after(&ctx, ERROR_RETRY_DELAY);
            }
        }
    }

    async fn claim(&mut self, ctx: &Ctx) -> Result<ClaimOutcome> {
        let lock = match self.worker_lock.acquire(ctx, &self.handlers).await? {
            LockState::Acquired(lock) => lock,
            LockState::Idle => return Ok(ClaimOutcome::NoneDue),
            LockState::Busy => return Ok(ClaimOutcome::Locked),
        };
        let run = JobRun::claim(ctx, &self.handlers, lock, Arc::default()).await?;
        Ok(run.map_or(ClaimOutcome::NoneDue, |run| ClaimOutcome::Claimed(Box::new(run))))
    }

    /// Schedules the retries of a run that ended.
    pub(super) fn finish(&mut self, ended: Result<EndedRun, JoinError>) {
        let Ok((ctx, jobs, ended)) = ended else { return tracing::error!("a job task panicked or was aborted") };
        if let Some(job) = jobs.first() {
            self.lease_checks.remove(job);
        }
        match ended {
            Ok(outcomes) if self.handlers.is_batched() => {
                let succeeded = outcomes.iter().filter(|outcome| **outcome == RunOutcome::Succeeded).count();
                tracing::info!(jobs = jobs.len(), succeeded, "finished a batch of jobs");
                self.queue.requeue(&ctx);
            }
            Ok(outcomes) => {
                for (job, outcome) in jobs.iter().zip(outcomes) {
                    tracing::info!(%job, "job run ended: {outcome:?}");
                    if let RunOutcome::RetryAt(at) = outcome {
                        self.queue.schedule_at(&ctx, at);
                    }
                }
            }
            Err(error) => {
                tracing::error!("a batch of jobs failed: {error:?}");
                self.queue.schedule_after(&ctx, ERROR_RETRY_DELAY);
            }
        }
    }
}
