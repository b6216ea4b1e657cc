//! One run of the job engine: claims a batch of jobs, usually of one, renews their leases with a heartbeat, and ends
//! them in one transaction: the output is stored, or a retry scheduled.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::task::AbortOnDropHandle;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::clock;
use crate::domain::id::{ClaimId, JobId};
use crate::domain::job_notification::{FailureClass, JobNotification, JobOutcome};
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::handler::{AnyJobHandler, CommitOutcome, HandlerRegistry, JobCommit};
use crate::jobs::lease::{JobLease, LEASE_SECONDS, lease_expiry};
use crate::jobs::notify;
use crate::jobs::progress::ProgressTracker;
use crate::jobs::retry_policy::{self, RetryDecision};
use crate::services::notifications;
use crate::storage::notebook::job_leases::{self, ClaimedJob};
use crate::storage::notebook::{NotebookDb, job_steps, jobs};

/// Interval at which a lease is renewed.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(LEASE_SECONDS as u64 / 3);
/// Consecutive crashes without progress after which a job fails: it may be the cause.
const MAX_CRASHED_RUNS: usize = 10;

/// Outcome of a run for one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunOutcome {
    Succeeded,
    /// It had nothing to do.
    Skipped,
    Failed,
    /// The job is retried at this time.
    RetryAt(Timestamp),
    /// The job was cancelled, or another worker has the lease.
    LeaseLost,
    /// The worker shuts down, or the input changed; the job can be claimed again at once.
    Released,
}

/// Claimed jobs, ready to run.
pub(super) struct JobRun {
    ctx: Ctx,
    handlers: HandlerRegistry,
    token: ClaimId,
    /// Never empty.
    jobs: Vec<ClaimedRun>,
    /// Lock that marks this process as running jobs; see [`crate::jobs`].
    _worker_lock: Arc<File>,
}

/// A claimed job with its handler.
#[derive(Clone)]
struct ClaimedRun {
    handler: Arc<dyn AnyJobHandler>,
    lease: JobLease,
}

impl JobRun {
    /// Claims the oldest due jobs, as many as one batch may have; `None` if there is none.
    ///
    /// # Errors
    /// As [`JobHandler::check_claimable`](crate::jobs::handler::JobHandler::check_claimable).
    pub(super) async fn claim(
        ctx: &Ctx,
        handlers: &HandlerRegistry,
        worker_lock: Arc<File>,
        progress: Arc<ProgressTracker>,
    ) -> Result<Option<Self>> {
        let token = ClaimId::draw(ctx.app.entropy.as_ref())?;
        let (now, until) = (ctx.app.now_timestamp(), lease_expiry(ctx));
        let (registry, claimant) = (handlers.clone(), ctx.clone());
        let claimed = ctx.write(handlers.scope, move |db| {
            registry.check_claimable(&claimant, db)?;
            job_leases::claim(db, &registry.kinds(), token, &now, &until, registry.batch_size())
        });
        let mut jobs = Vec::new();
        for job in claimed.await? {
            let handler = handlers.find(&job.kind);
            let handler = handler.ok_or_else(|| Error::new(ErrorKind::Internal, "the job type is unknown"))?;
            progress.add_total(job.total);
            let lease = JobLease { ctx: ctx.clone(), job, token, progress: progress.clone() };
            jobs.push(ClaimedRun { handler, lease });
        }
        let run = Self { ctx: ctx.clone(), handlers: handlers.clone(), token, jobs, _worker_lock: worker_lock };
        Ok((!run.jobs.is_empty()).then_some(run))
    }

    /// Runs the jobs until they end, their leases are lost or `stop` is set, and returns the outcome of each.
    /// `check_lease` triggers an immediate check of the leases. Graceful shutdown releases a job at once, but a started
    /// batch is finished, because it is short.
    ///
    /// # Errors
    /// A batch that cannot be stored is rolled back and released.
    pub(super) async fn run(
        self,
        check_lease: Arc<Notify>,
        mut stop: watch::Receiver<bool>,
    ) -> Result<Vec<RunOutcome>> {
        let results = tokio::select! {
            biased;
            results = self.run_handlers() => results,
            () = self.wait_until_lost(&check_lease) => return Ok(self.all(RunOutcome::LeaseLost)),
            () = wait_for_shutdown(&mut stop), if !self.handlers.is_batched() => {
                self.release().await;
                return Ok(self.all(RunOutcome::Released));
            }
        };
        let has_output = results.iter().any(Result::is_ok);
        let error = match self.commit(results).await {
            Ok(outcomes) => return Ok(outcomes),
            Err(error) => error,
        };
        if self.handlers.is_batched() {
            self.release().await;
            return Err(error);
        }
        // The output was rolled back; its error is recorded like one of the handler.
        let recorded = if has_output { self.commit(vec![Err(error)]).await } else { Err(error) };
        Ok(recorded.unwrap_or_else(|error| {
            // The lease expires and the job is claimed again.
            tracing::error!(jobs = ?self.job_ids(), "recording the job outcome failed: {error:?}");
            self.all(RunOutcome::LeaseLost)
        }))
    }

    /// Runs the handlers, several at once; the results are in the order of the jobs.
    async fn run_handlers(&self) -> Vec<Result<JobCommit>> {
        let permits = Arc::new(Semaphore::new(self.handlers.max_parallel));
        // A separate task per job, so that a panic ends this job alone; dropping the handle aborts it.
        let start = |run: &ClaimedRun| {
            let (ctx, run, permits) = (self.ctx.clone(), run.clone(), permits.clone());
            // A batch does not show which of its jobs was the cause of a crash.
            let has_crashed = !self.handlers.is_batched() && run.lease.job.abandoned >= MAX_CRASHED_RUNS;
            AbortOnDropHandle::new(tokio::spawn(async move {
                if has_crashed {
                    return Err(crashed_error());
                }
                let _permit = permits.acquire().await;
                run.handler.run(&ctx, &run.lease).await
            }))
        };
        let tasks: Vec<_> = self.jobs.iter().map(start).collect();
        let mut results = Vec::with_capacity(tasks.len());
        for task in tasks {
            // The panic message is dropped: it may quote text.
            let panicked = |_| Err(Error::new(ErrorKind::Internal, "the job task panicked or was aborted"));
            results.push(task.await.unwrap_or_else(panicked));
        }
        results
    }

    /// Ends all jobs in one transaction.
    async fn commit(&self, results: Vec<Result<JobCommit>>) -> Result<Vec<RunOutcome>> {
        let (app, token, runs) = (self.ctx.app.clone(), self.token, self.jobs.clone());
        let ended = self.ctx.write(self.handlers.scope, move |db| {
            let end = |(run, result): (ClaimedRun, _)| {
                let kind = run.handler.kind();
                Ok((kind, end_job(db, &app, (kind, &run.lease.job), token, result)?))
            };
            runs.into_iter().zip(results).map(end).collect::<Result<Vec<_>>>()
        });
        let mut outcomes = Vec::new();
        for (kind, job) in ended.await? {
            if job.enqueued_jobs {
                self.ctx.wake_worker();
            }
            if matches!(job.outcome, RunOutcome::Succeeded | RunOutcome::Failed) {
                self.ctx.app.metrics.record_job(kind, job.outcome == RunOutcome::Succeeded);
            }
            if let Some(notification) = job.notification {
                notifications::enqueue(&self.ctx, &notification);
            }
            outcomes.push(job.outcome);
        }
        Ok(outcomes)
    }

    /// Renews the leases at every heartbeat; returns once all are lost.
    async fn wait_until_lost(&self, check_lease: &Notify) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(HEARTBEAT_INTERVAL) => {}
                () = check_lease.notified() => {}
            }
            let (ids, token, until) = (self.job_ids(), self.token, lease_expiry(&self.ctx));
            let renewed = self.ctx.write(self.handlers.scope, move |db| {
                ids.iter().try_fold(false, |any, id| Ok(job_leases::extend(db, *id, token, &until)? || any))
            });
            match renewed.await {
                Ok(true) => {}
                Ok(false) => return,
                // Retried at the next heartbeat; the commit checks the lease in any case.
                Err(error) => tracing::error!(jobs = ?self.job_ids(), "renewing the lease failed: {error:?}"),
            }
        }
    }

    async fn release(&self) {
        let (ids, token) = (self.job_ids(), self.token);
        let requeue = move |db: &NotebookDb<'_>| ids.iter().try_for_each(|id| job_leases::requeue(db, *id, token));
        if let Err(error) = self.ctx.write(self.handlers.scope, requeue).await {
            tracing::error!(jobs = ?self.job_ids(), "releasing the jobs failed: {error:?}");
        }
    }

    /// Returns the ids of the jobs; never empty.
    pub(super) fn job_ids(&self) -> Vec<JobId> {
        self.jobs.iter().map(|run| run.lease.job.id).collect()
    }

    fn all(&self, outcome: RunOutcome) -> Vec<RunOutcome> {
        vec![outcome; self.jobs.len()]
    }
}

fn crashed_error() -> Error {
    Error::conflict(format!("the server stopped {MAX_CRASHED_RUNS} times while it ran this job"))
        .hint("the input is kept; check the server log, then retry the job")
}

/// A job that ended within the transaction, and the effects that follow its commit.
struct EndedJob {
    outcome: RunOutcome,
    notification: Option<JobNotification>,
    enqueued_jobs: bool,
}

impl From<RunOutcome> for EndedJob {
    fn from(outcome: RunOutcome) -> Self {
        Self { outcome, notification: None, enqueued_jobs: false }
    }
}

/// Ends one job, if the lease is still held: no job is completed twice.
fn end_job(
    db: &NotebookDb<'_>,
    app: &AppState,
    (kind, job): (&'static str, &ClaimedJob),
    token: ClaimId,
    result: Result<JobCommit>,
) -> Result<EndedJob> {
    let (id, at) = (job.id, app.now_timestamp());
    if !job_leases::is_held(db, id, token)? {
        return Ok(RunOutcome::LeaseLost.into());
    }
    let succeed = |result: Map<String, Value>| {
        job_leases::succeed(db, id, token, &Value::from(result).to_string(), &at)?;
        job_leases::sum_usage(db, id)?;
        job_steps::remove_all(db, id)
    };
    let error = match result {
        Ok(commit) => match commit(db)? {
            CommitOutcome::Succeeded(output) => {
                succeed(output.result)?;
                let outcome = JobOutcome::Succeeded(output.counts);
                return Ok(EndedJob {
                    outcome: RunOutcome::Succeeded,
                    notification: notify::notification(kind, job, output.entry, outcome),
                    enqueued_jobs: output.enqueued_jobs,
                });
            }
            CommitOutcome::Skipped(result) => return succeed(result).map(|()| RunOutcome::Skipped.into()),
            CommitOutcome::InputChanged => {
                return job_leases::requeue(db, id, token).map(|()| RunOutcome::Released.into());
            }
        },
        Err(error) => error,
    };
    record_failure(db, app, (kind, job), token, &error)
}

/// Schedules a retry with backoff, or marks the job as failed.
fn record_failure(
    db: &NotebookDb<'_>,
    app: &AppState,
    (kind, job): (&'static str, &ClaimedJob),
    token: ClaimId,
    error: &Error,
) -> Result<EndedJob> {
    if error.kind() == ErrorKind::Internal {
        tracing::error!(job = %job.id, "job failed: {error:?}");
    }
    job_leases::sum_usage(db, job.id)?;
    let delays = &app.config.external_services.job_retries;
    let (outcome, event) = match retry_policy::decide(error, job.waits, delays, app.clock.now(), app.clock.zone()) {
        RetryDecision::Retry { at, pause, detail } => {
            job_leases::schedule_retry(db, job.id, token, &detail, &clock::format_timestamp(at))?;
            (RunOutcome::RetryAt(at), JobOutcome::Retrying { attempt: 1, seconds: pause.as_secs() })
        }
        RetryDecision::Fail { message } => {
            job_leases::fail(db, job.id, token, &message, &app.now_timestamp())?;
            (RunOutcome::Failed, JobOutcome::Failed(FailureClass::from_error(error)))
        }
    };
    let entry = job.entry.filter(|_| kind == jobs::EMBED);
    let notification = notify::notification(kind, job, entry, event);
    Ok(EndedJob { outcome, notification, enqueued_jobs: false })
}

/// Waits for the shutdown signal; a dropped sender counts as one.
pub(super) async fn wait_for_shutdown(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}
