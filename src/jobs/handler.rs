//! Job handlers: the typed trait, and the registry that the engine looks them up in.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::app::context::Ctx;
use crate::domain::id::EntryId;
use crate::domain::job_notification::JobResultCounts;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::jobs::lease::JobLease;
use crate::net::transport::BoxFuture;
use crate::storage::notebook::NotebookDb;

/// Handler of one job kind.
pub(super) trait JobHandler: Send + Sync + 'static {
    /// Wire name of the kind.
    const KIND: &'static str;
    /// Maximum number of jobs claimed together and committed in one transaction, which is one fsync.
    const BATCH: usize = 1;
    /// Parameters of the job.
    type Params: DeserializeOwned + Send;

    /// Checks in the transaction of the claim that jobs of the kind can run; on an error they stay queued.
    fn check_claimable(&self, _ctx: &Ctx, _db: &NotebookDb<'_>) -> Result<()> {
        Ok(())
    }

    /// Does the slow part, outside of a transaction. Idempotent: may be dropped at any point and run again later.
    ///
    /// # Errors
    /// Any error ends the run; a transient one schedules a retry with backoff.
    fn run(&self, ctx: &Ctx, lease: &JobLease, params: Self::Params) -> impl Future<Output = Result<JobCommit>> + Send;
}

/// Stores the output of a run, in the transaction that ends the job.
pub(super) type JobCommit = Box<dyn FnOnce(&NotebookDb<'_>) -> Result<CommitOutcome> + Send>;

/// Outcome of a [`JobCommit`].
pub(super) enum CommitOutcome {
    /// The job succeeds.
    Succeeded(JobOutput),
    /// There was nothing to do: the job succeeds with this result, is not counted, and its owner is not notified.
    Skipped(Map<String, Value>),
    /// The input changed during the run: nothing is stored, and the job can be claimed again at once.
    InputChanged,
}

/// Output of a successful run.
#[derive(Default)]
pub(super) struct JobOutput {
    /// Result object shown to the owner.
    pub(super) result: Map<String, Value>,
    pub(super) entry: Option<EntryId>,
    pub(super) counts: JobResultCounts,
    /// True if it enqueued another job.
    pub(super) enqueued_jobs: bool,
}

/// Builds the commit of a run that succeeds with the output of `store`.
pub(super) fn commit(store: impl FnOnce(&NotebookDb<'_>) -> Result<JobOutput> + Send + 'static) -> JobCommit {
    Box::new(move |db| store(db).map(CommitOutcome::Succeeded))
}

/// Object-safe form of [`JobHandler`].
pub(super) trait AnyJobHandler: Send + Sync {
    fn kind(&self) -> &'static str;
    fn batch(&self) -> usize;
    fn check_claimable(&self, ctx: &Ctx, db: &NotebookDb<'_>) -> Result<()>;
    fn run<'a>(&'a self, ctx: &'a Ctx, lease: &'a JobLease) -> BoxFuture<'a, Result<JobCommit>>;
}

impl<H: JobHandler> AnyJobHandler for H {
    fn kind(&self) -> &'static str {
        H::KIND
    }

    fn batch(&self) -> usize {
        H::BATCH
    }

    fn check_claimable(&self, ctx: &Ctx, db: &NotebookDb<'_>) -> Result<()> {
        JobHandler::check_claimable(self, ctx, db)
    }

    fn run<'a>(&'a self, ctx: &'a Ctx, lease: &'a JobLease) -> BoxFuture<'a, Result<JobCommit>> {
        Box::pin(async move {
            let params = serde_json::from_value(Value::Object(lease.job.params.clone()))
                .map_err(|error| Error::invalid("the job parameters cannot be read").caused_by(error))?;
            JobHandler::run(self, ctx, lease, params).await
        })
    }
}

/// Handlers of job kinds that share workers, a lock file and limits.
#[derive(Clone)]
pub(super) struct HandlerRegistry {
    handlers: Vec<Arc<dyn AnyJobHandler>>,
    /// Scope with which the engine reads and writes job rows.
    pub(super) scope: Scope,
    /// Runs at once.
    pub(super) max_runs: usize,
    /// Jobs of one run that are processed at once.
    pub(super) max_parallel: usize,
    max_batch: usize,
}

impl HandlerRegistry {
    /// Creates a registry of jobs that are claimed one by one, for `max_runs` at once.
    pub(super) fn new(max_runs: usize) -> Self {
        Self { handlers: Vec::new(), scope: Scope::Ingest, max_runs, max_parallel: 1, max_batch: 1 }
    }

    /// Creates a registry of batched jobs: one batch at once, of at most `max_batch` jobs.
    pub(super) fn batched(scope: Scope, max_batch: usize, max_parallel: usize) -> Self {
        Self { handlers: Vec::new(), scope, max_runs: 1, max_parallel, max_batch }
    }

    /// Adds a handler.
    pub(super) fn with(mut self, handler: impl JobHandler) -> Self {
        self.handlers.push(Arc::new(handler));
        self
    }

    /// Returns the job kinds.
    pub(super) fn kinds(&self) -> Vec<&'static str> {
        self.handlers.iter().map(|handler| handler.kind()).collect()
    }

    /// Finds the handler of a kind.
    pub(super) fn find(&self, kind: &str) -> Option<Arc<dyn AnyJobHandler>> {
        self.handlers.iter().find(|handler| handler.kind() == kind).cloned()
    }

    /// Returns the number of jobs to claim together: as many as every handler permits.
    pub(super) fn batch_size(&self) -> usize {
        self.handlers.iter().map(|handler| handler.batch()).fold(self.max_batch, usize::min)
    }

    /// Returns true if jobs are claimed in batches.
    pub(super) fn is_batched(&self) -> bool {
        self.max_batch > 1
    }

    /// Checks that jobs of every kind can run.
    pub(super) fn check_claimable(&self, ctx: &Ctx, db: &NotebookDb<'_>) -> Result<()> {
        self.handlers.iter().try_for_each(|handler| handler.check_claimable(ctx, db))
    }
}
