//! Handler of `entity_extraction`: extracts entities from one entry or many.
//!
//! Several entries are sent to the model at once; the result of each is stored in one transaction with its step row.

use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Map, Value};

use crate::app::context::Ctx;
use crate::domain::id::EntryId;
use crate::domain::job_notification::JobResultCounts;
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::handler::{self, JobCommit, JobHandler, JobOutput};
use crate::jobs::lease::JobLease;
use crate::jobs::ordered_tasks::OrderedTasks;
use crate::services::entities::extraction::{self, ExtractionCounts, ExtractionFilter, ExtractionRun, ModelExtraction};
use crate::storage::notebook::entities::links;
use crate::storage::notebook::jobs;

/// Attempts at an entry whose text changes while the model reads it.
const MAX_ATTEMPTS_PER_ENTRY: u32 = 3;
/// Consecutive failures after which the job fails: the cause is then not the entries.
const MAX_CONSECUTIVE_FAILURES: u32 = 10;

/// Handler of the job kind `entity_extraction`.
pub(crate) struct EntityExtractionHandler;

impl JobHandler for EntityExtractionHandler {
    const KIND: &'static str = jobs::EXTRACT;
    type Params = ExtractionFilter;

    async fn run(&self, ctx: &Ctx, lease: &JobLease, wanted: ExtractionFilter) -> Result<JobCommit> {
        let (run, entry) = (ExtractionRun::start(ctx, lease.job.id).await?, lease.job.entry);
        let entries = entries_to_extract(ctx, entry, wanted).await?;
        lease.set_total(entries.len() as u64).await?;
        let is_single = entry.is_some();
        let task = ExtractionTask { run: run.clone(), lease, is_single, done: 0, failures: 0, failed: None };
        task.run(entries).await?;
        let mut all = ExtractionCounts::default();
        for (_, counts) in lease.completed_steps().await? {
            all.add(serde_json::from_value(counts).map_err(json_error)?);
        }
        let pairs = run.find_similar_pairs().await?;
        Ok(handler::commit(move |db| {
            run.store_pairs(db, &pairs)?;
            Ok(build_output(entry, &all))
        }))
    }
}

/// Returns the entries that the job covers.
async fn entries_to_extract(ctx: &Ctx, entry: Option<EntryId>, wanted: ExtractionFilter) -> Result<Vec<EntryId>> {
    if let Some(entry) = entry.or(wanted.entry_id) {
        return Ok(vec![entry]);
    }
    ctx.read(Scope::EntriesRead, move |db| {
        links::list_derivable(db, wanted.start_date.as_deref(), wanted.end_date.as_deref(), wanted.stale_only)
    })
    .await
}

struct ExtractionTask<'h> {
    run: Arc<ExtractionRun>,
    lease: &'h JobLease,
    is_single: bool,
    done: u64,
    /// Consecutive entries that failed.
    failures: u32,
    /// The first error that made an entry fail; returned if no entry succeeds.
    failed: Option<Error>,
}

impl ExtractionTask<'_> {
    /// Extracts the entries that earlier runs left.
    async fn run(mut self, entries: Vec<EntryId>) -> Result<()> {
        let before = self.lease.completed_steps().await?;
        let is_left = |entry: &EntryId| !before.iter().any(|(done, _)| done == entry);
        self.done = before.len() as u64;
        let mut any = before.iter().any(|(_, counts)| counts["entries_processed"] != 0);
        let run = self.run.clone();
        let mut tasks = OrderedTasks::new(entries.into_iter().filter(is_left), move |entry| {
            let run = run.clone();
            Box::pin(async move { run.extract(entry).await })
        });
        while let Some((entry, time, extracted)) = tasks.next().await? {
            match self.store_entry(entry, extracted).await {
                Ok(()) => any = true,
                Err(error) if extraction::is_entry_changed(&error) && time < MAX_ATTEMPTS_PER_ENTRY => {
                    tasks.retry(entry, time);
                }
                Err(error) => self.handle_entry_failure(entry, error).await?,
            }
        }
        match self.failed {
            Some(error) if !any => Err(error),
            _ => Ok(()),
        }
    }

    async fn store_entry(&mut self, entry: EntryId, extracted: Result<ModelExtraction>) -> Result<()> {
        let (extracted, run, new) = (extracted?, self.run.clone(), Arc::new(Mutex::new(Vec::new())));
        let created = new.clone();
        self.lease
            .commit_step(entry, self.done + 1, move |db| counts_to_json(&run.store(db, &extracted, &created)?))
            .await?;
        self.done += 1;
        self.failures = 0;
        self.run.cache_entities(&new);
        Ok(())
    }

    /// Records a failed entry and continues; returns the error if the whole job has to be retried or fail.
    async fn handle_entry_failure(&mut self, entry: EntryId, error: Error) -> Result<()> {
        if extraction::is_entry_deleted(&error) && !self.is_single {
            self.done += 1;
            return Ok(());
        }
        let is_of_this_entry = extraction::is_entry_changed(&error)
            || error.wire_code() == "entry_not_derivable"
            || (error.kind() == ErrorKind::Upstream && !error.is_transient());
        if self.is_single || !is_of_this_entry {
            return Err(error);
        }
        self.failures += 1;
        if self.failures >= MAX_CONSECUTIVE_FAILURES {
            return Err(error);
        }
        let counts = ExtractionCounts::for_skipped(format!("entry {entry}: {error}"));
        self.lease.skip_step(entry, self.done + 1, counts_to_json(&counts)?).await?;
        self.done += 1;
        self.failed.get_or_insert(error);
        Ok(())
    }
}

fn counts_to_json(counts: &ExtractionCounts) -> Result<Value> {
    serde_json::to_value(counts).map_err(json_error)
}

fn json_error(error: serde_json::Error) -> Error {
    Error::internal("the extraction result of an entry", error)
}

fn build_output(entry: Option<EntryId>, all: &ExtractionCounts) -> JobOutput {
    let result = match serde_json::to_value(all) {
        Ok(Value::Object(result)) => result,
        _ => Map::new(),
    };
    let counts = JobResultCounts {
        entities: Some(all.entities_created + all.entities_matched),
        mentions: Some(all.mentions_created),
        ..JobResultCounts::default()
    };
    JobOutput { result, entry, counts, enqueued_jobs: false }
}
