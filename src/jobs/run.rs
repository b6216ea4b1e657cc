//! Runs one claimed job: renews its lease with a heartbeat, commits the output, or schedules a retry.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::app::context::Ctx;
use crate::domain::id::{ClaimId, EntryId, JobId};
use crate::domain::job_notification::JobResultCounts;
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::notify::{self, JobRef};
use crate::jobs::progress::ProgressTracker;
use crate::jobs::retry_policy::{self, RetryDecision};
use crate::net::transport::BoxFuture;
use crate::services::ingest::uploads::ProgressReporter;
use crate::storage::notebook::job_leases::{self, ClaimedJob};
use crate::storage::notebook::{NotebookDb, entries, job_steps};

/// Lease of a claimed job, in seconds.
const LEASE_SECONDS: i64 = 120;
/// Interval at which a lease is renewed.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(LEASE_SECONDS as u64 / 3);
/// Consecutive crashes without progress after which a job fails: it may be the cause.
const MAX_CRASHED_RUNS: usize = 10;

/// Handler of one job kind. A trait, so that tests can register their own.
pub(super) trait JobHandler: Send + Sync {
    /// Does the slow part, outside of a transaction. May be dropped at any point and run again later.
    ///
    /// # Errors
    /// Any error ends the run; a transient one schedules a retry.
    fn run<'a>(&'a self, ctx: &'a Ctx, job: &'a ClaimedJob, held: &'a JobLease) -> BoxFuture<'a, Result<JobCommit>>;
}

/// Stores the output of a run, in the transaction that ends the job.
pub(super) type JobCommit = Box<dyn FnOnce(&NotebookDb<'_>) -> Result<JobOutput> + Send>;

/// Output of a successful run.
pub(super) struct JobOutput {
    /// Result object shown to the owner.
    pub(super) result: Map<String, Value>,
    pub(super) entry: Option<EntryId>,
    pub(super) counts: JobResultCounts,
    /// True if it enqueued another job.
    pub(super) enqueued_jobs: bool,
}

/// The handlers by job kind.
pub(super) type HandlerRegistry = Vec<(&'static str, Arc<dyn JobHandler>)>;

/// Outcome of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunOutcome {
    Succeeded,
    Failed,
    /// The job is retried at this time.
    RetryAt(Timestamp),
    /// The job was cancelled, or another worker has the lease.
    LeaseLost,
    /// The worker shuts down; the job can be claimed again at once.
    Released,
}

/// A claimed job, ready to run.
pub(super) struct JobRun {
    ctx: Ctx,
    kind: &'static str,
    handler: Arc<dyn JobHandler>,
    pub(super) job: ClaimedJob,
    lease: JobLease,
    /// Shared lock that marks this process as running jobs; see [`crate::jobs`].
    _worker_lock: Arc<File>,
}

/// Lease on a claimed job, shared with its handler.
#[derive(Clone)]
pub(super) struct JobLease {
    ctx: Ctx,
    job: JobId,
    token: ClaimId,
    progress: Arc<ProgressTracker>,
}

impl JobRun {
    /// Claims the oldest due job; `None` if there is none.
    pub(super) async fn claim(
        ctx: &Ctx,
        table: &HandlerRegistry,
        alive: Arc<File>,
        steps: Arc<ProgressTracker>,
    ) -> Result<Option<Self>> {
        let claim = ClaimId::draw(ctx.app.entropy.as_ref())?;
        let kinds = job_kinds(table);
        let (now, until) = (ctx.app.now_timestamp(), lease_expiry(ctx));
        let taken = ctx.write(Scope::Ingest, move |db| job_leases::claim(db, &kinds, claim, &now, &until)).await?;
        let Some(job) = taken else { return Ok(None) };
        let row = table.iter().find(|(kind, _)| *kind == job.kind);
        let (kind, handler) = row.cloned().ok_or_else(|| Error::new(ErrorKind::Internal, "the job type is unknown"))?;
        steps.add_total(job.total);
        let held = JobLease { ctx: ctx.clone(), job: job.id, token: claim, progress: steps };
        Ok(Some(Self { ctx: ctx.clone(), kind, handler, job, lease: held, _worker_lock: alive }))
    }

    /// Runs the job until it ends, the lease is lost or `stop` is set. `check_lease` triggers an immediate check of the
    /// lease.
    pub(super) async fn run(self, check_lease: Arc<Notify>, mut stop: watch::Receiver<bool>) -> RunOutcome {
        let result = tokio::select! {
            biased;
            result = self.run_handler() => result,
            () = self.lease.wait_until_lost(&check_lease) => return RunOutcome::LeaseLost,
            () = wait_for_shutdown(&mut stop) => return self.release().await,
        };
        let ended = match result {
            Ok(commit) => self.commit(commit).await,
            Err(error) => Err(error),
        };
        let ended = match ended {
            Err(error) => self.handle_failure(&error).await,
            ended => ended,
        };
        ended.unwrap_or_else(|error| {
            // The lease expires and the job is claimed again.
            tracing::error!(job = %self.job.id, "recording the job outcome failed: {error:?}");
            RunOutcome::LeaseLost
        })
    }

    async fn run_handler(&self) -> Result<JobCommit> {
        if self.job.abandoned >= MAX_CRASHED_RUNS {
            return Err(Error::conflict(format!("the server stopped {MAX_CRASHED_RUNS} times while it ran this job"))
                .hint("the input is kept; check the server log, then retry the job"));
        }
        let (handler, ctx, job, held) = (self.handler.clone(), self.ctx.clone(), self.job.clone(), self.lease.clone());
        // A separate task, so that a panic ends this run alone; dropping the set aborts it.
        let mut work = JoinSet::new();
        work.spawn(async move { handler.run(&ctx, &job, &held).await });
        match work.join_next().await {
            Some(Ok(commit)) => commit,
            // The panic message is dropped: it may quote text.
            Some(Err(_)) | None => Err(Error::new(ErrorKind::Internal, "the job task panicked or was aborted")),
        }
    }

    async fn commit(&self, commit: JobCommit) -> Result<RunOutcome> {
        let (id, claim, at) = (self.job.id, self.lease.token, self.ctx.app.now_timestamp());
        let output = self.ctx.write(Scope::Ingest, move |db| {
            if !job_leases::is_held(db, id, claim)? {
                return Ok(None);
            }
            let output = commit(db)?;
            job_leases::succeed(db, id, claim, &Value::from(output.result.clone()).to_string(), &at)?;
            job_leases::sum_usage(db, id)?;
            job_steps::remove_all(db, id)?;
            Ok(Some(output))
        });
        let Some(output) = output.await? else { return Ok(RunOutcome::LeaseLost) };
        if output.enqueued_jobs {
            self.ctx.wake_worker();
        }
        self.ctx.app.metrics.record_job(self.kind, true);
        notify::succeeded(&self.ctx, self.job_ref(), output.entry, output.counts);
        Ok(RunOutcome::Succeeded)
    }

    async fn handle_failure(&self, error: &Error) -> Result<RunOutcome> {
        let (id, claim, app) = (self.job.id, self.lease.token, &self.ctx.app);
        if error.kind() == ErrorKind::Internal {
            tracing::error!(job = %id, "job failed: {error:?}");
        }
        let delays = &app.config.external_services.job_retries;
        match retry_policy::decide(error, self.job.waits, delays, app.clock.now(), app.clock.zone()) {
            RetryDecision::Retry { at, pause, detail } => {
                let after = crate::clock::format_timestamp(at);
                let is_held = self.ctx.write(Scope::Ingest, move |db| {
                    job_leases::sum_usage(db, id)?;
                    job_leases::schedule_retry(db, id, claim, &detail, &after)
                });
                if !is_held.await? {
                    return Ok(RunOutcome::LeaseLost);
                }
                notify::retrying(&self.ctx, self.job_ref(), self.job.waits, pause.as_secs());
                Ok(RunOutcome::RetryAt(at))
            }
            RetryDecision::Fail { message } => {
                let at = app.now_timestamp();
                let is_held = self.ctx.write(Scope::Ingest, move |db| {
                    job_leases::sum_usage(db, id)?;
                    job_leases::fail(db, id, claim, &message, &at)
                });
                if !is_held.await? {
                    return Ok(RunOutcome::LeaseLost);
                }
                app.metrics.record_job(self.kind, false);
                notify::failed(&self.ctx, self.job_ref(), error);
                Ok(RunOutcome::Failed)
            }
        }
    }

    fn job_ref(&self) -> JobRef {
        let parent = self.job.params.get("parent_job_id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        JobRef { job: self.job.id, parent, kind: self.kind }
    }

    async fn release(&self) -> RunOutcome {
        let (id, claim) = (self.job.id, self.lease.token);
        if let Err(error) = self.ctx.write(Scope::Ingest, move |db| job_leases::requeue(db, id, claim)).await {
            tracing::error!(job = %id, "releasing the job failed: {error:?}");
        }
        RunOutcome::Released
    }
}

impl JobLease {
    /// Renews the lease at every heartbeat; returns once it is lost.
    async fn wait_until_lost(&self, check_lease: &Notify) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(HEARTBEAT_INTERVAL) => {}
                () = check_lease.notified() => {}
            }
            let (id, claim, until) = (self.job, self.token, lease_expiry(&self.ctx));
            match self.ctx.write(Scope::Ingest, move |db| job_leases::extend(db, id, claim, &until)).await {
                Ok(true) => {}
                Ok(false) => return,
                // Retried at the next heartbeat; the commit checks the lease in any case.
                Err(error) => tracing::error!(job = %id, "renewing the lease failed: {error:?}"),
            }
        }
    }
}

/// For jobs over many entries: each entry's result is committed at once and exactly once.
impl JobLease {
    /// Sets the total number of entries.
    ///
    /// # Errors
    /// `Conflict` if the job was cancelled or the lease is lost.
    pub(super) async fn set_total(&self, entries: u64) -> Result<()> {
        let (id, claim) = (self.job, self.token);
        self.progress.add_total(entries);
        let is_held = self.ctx.write(Scope::Ingest, move |db| job_leases::set_total(db, id, claim, entries)).await?;
        if is_held { Ok(()) } else { Err(lease_lost_error()) }
    }

    /// Returns the entries that earlier runs of this job committed, with their results.
    pub(super) async fn completed_steps(&self) -> Result<Vec<(EntryId, Value)>> {
        let id = self.job;
        self.ctx.read(Scope::Ingest, move |db| job_steps::list(db, id)).await
    }

    /// Stores one entry's result and its step row in one transaction, and sets the progress to `done`.
    ///
    /// # Errors
    /// `Conflict` if the job was cancelled or the lease is lost, and any error of `store`; nothing is stored then.
    pub(super) async fn commit_step(
        &self,
        entry: EntryId,
        done: u64,
        store: impl FnOnce(&NotebookDb<'_>) -> Result<Value> + Send + 'static,
    ) -> Result<()> {
        let (id, claim, until) = (self.job, self.token, lease_expiry(&self.ctx));
        self.ctx
            .write(Scope::Ingest, move |db| {
                if !job_leases::advance(db, id, claim, &until, done)? {
                    return Err(lease_lost_error());
                }
                let counts = store(db)?;
                job_steps::record(db, id, entry, &counts)
            })
            .await?;
        self.progress.set(id, done);
        Ok(())
    }

    /// Records why an entry has no result, as its step. Does nothing for a deleted entry, which can have no step row.
    ///
    /// # Errors
    /// As [`Self::commit_step`].
    pub(super) async fn skip_step(&self, entry: EntryId, done: u64, noted: Value) -> Result<()> {
        let stored = self.commit_step(entry, done, move |db| {
            if entries::exists(db, entry)? { Ok(noted) } else { Err(Error::not_found("entry")) }
        });
        match stored.await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn lease_lost_error() -> Error {
    Error::conflict("the job was cancelled, or another worker has claimed it")
}

impl ProgressReporter for JobLease {
    fn files_done(&self, files: u64) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let (id, claim, until) = (self.job, self.token, lease_expiry(&self.ctx));
            let is_held =
                self.ctx.write(Scope::Ingest, move |db| job_leases::advance(db, id, claim, &until, files)).await?;
            self.progress.set(id, files);
            if is_held { Ok(()) } else { Err(lease_lost_error()) }
        })
    }
}

fn lease_expiry(ctx: &Ctx) -> String {
    ctx.app.timestamp_in(SignedDuration::from_secs(LEASE_SECONDS))
}

/// Waits for the shutdown signal; a dropped sender counts as one.
pub(super) async fn wait_for_shutdown(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

/// Returns the job kinds of a table.
pub(super) fn job_kinds(table: &HandlerRegistry) -> Vec<&'static str> {
    table.iter().map(|(kind, _)| *kind).collect()
}
