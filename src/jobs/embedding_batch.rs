//! Computes the pending embeddings of one notebook in batches.

use std::fs::File;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::app::context::Ctx;
use crate::blocking::run_blocking;
use crate::domain::id::{ClaimId, EntryId};
use crate::domain::job_notification::{FailureClass, JobOutcome, JobResultCounts};
use crate::domain::scope::Scope;
use crate::egress::{self, EgressSubject};
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::retry_policy::{self, RetryDecision};
use crate::jobs::{ProgressCallback, QueueSummary, notify};
use crate::providers::embedder::TextEmbedder;
use crate::services::embedding;
use crate::services::embedding::chunking::ChunkingSettings;
use crate::storage::notebook::chunks::{self, NewChunk};
use crate::storage::notebook::job_leases::{self, ClaimedEntryJob};
use crate::storage::notebook::{NotebookDb, entries, jobs};

/// Jobs claimed and committed together: one fsync for many jobs, and little work lost in a crash.
const BATCH: usize = 32;
/// Longer than any batch takes. Claims of a dead process are released earlier; see [`embed_pending`].
const LEASE: SignedDuration = SignedDuration::from_mins(10);

/// Interval at which a process that waits for another one polls.
pub(super) const LOCK_POLL_INTERVAL: std::time::Duration = std::time::Duration::from_millis(200);

/// One claimed job with its input text.
struct EmbeddingClaim {
    job: ClaimedEntryJob,
    token: ClaimId,
    text: String,
    revision: i64,
    /// Bound to the job and its entry for the egress ledger.
    embedder: Arc<dyn TextEmbedder>,
}

/// Batch size and parallelism of an embedding run.
#[derive(Clone, Copy)]
pub(super) struct BatchLimits {
    /// Jobs claimed and committed together.
    batch: usize,
    /// Cores used at once.
    cores: usize,
}

impl BatchLimits {
    /// For a caller that waits: large batches on every core.
    fn foreground() -> Self {
        Self { batch: BATCH, cores: cores() }
    }

    /// For the server: small batches on half the cores, so that requests keep the other half.
    pub(super) fn background() -> Self {
        Self { batch: 8, cores: (cores() / 2).max(1) }
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Runs every pending embedding job and reports progress after each batch.
///
/// `scope` is the scope of the operation that enqueued the jobs: a caller allowed to do that may also finish it.
///
/// One process at a time holds the notebook's `queue.lock`; claims that the holder finds belong to a dead process and
/// are released.
///
/// # Errors
/// `Conflict` if the notebook's vectors are of another model.
pub async fn embed_pending(ctx: &Ctx, scope: Scope, progress: ProgressCallback<'_>) -> Result<QueueSummary> {
    let ctx = &ctx.unrestricted();
    ctx.caller.authorize(scope)?;
    let mut done = QueueSummary::default();
    let Some(lock) = wait_for_queue_lock(ctx, scope).await? else { return Ok(done) };
    let Some(turn) = EmbeddingSession::begin(ctx, scope, lock, BatchLimits::foreground()).await? else {
        return Ok(done);
    };
    while let Some(batch) = turn.run_batch().await? {
        done.succeeded += batch.succeeded;
        done.failed += batch.failed;
        done.unfindable += batch.unfindable;
        progress(done.succeeded + done.failed, turn.pending.max(done.succeeded + done.failed));
    }
    Ok(done)
}

/// Exclusive access to a notebook's embedding queue; holds `queue.lock`.
pub(super) struct EmbeddingSession<'c> {
    ctx: &'c Ctx,
    scope: Scope,
    pace: BatchLimits,
    embedder: Arc<dyn TextEmbedder>,
    settings: Arc<ChunkingSettings>,
    /// Jobs pending when the session began.
    pending: u64,
    _lock: File,
}

impl<'c> EmbeddingSession<'c> {
    /// Releases the claims of dead processes; `None` if nothing is pending.
    pub(super) async fn begin(ctx: &'c Ctx, scope: Scope, lock: File, pace: BatchLimits) -> Result<Option<Self>> {
        let waiting = ctx
            .write(scope, |db| {
                job_leases::release_abandoned(db, &[jobs::EMBED])?;
                jobs::count_open(db, jobs::EMBED)
            })
            .await?;
        if waiting == 0 {
            return Ok(None);
        }
        let settings = Arc::new(embedding::chunking_settings(&ctx.app.config.chunking)?);
        let embedder = egress::embedder(ctx, EgressSubject::default())?;
        Ok(Some(Self { ctx, scope, pace, embedder, settings, pending: waiting, _lock: lock }))
    }

    /// Runs one batch; `None` if nothing is left to claim.
    pub(super) async fn run_batch(&self) -> Result<Option<QueueSummary>> {
        let claims = Arc::new(claim_batch(self.ctx, self.scope, self.embedder.clone(), self.pace.batch).await?);
        if claims.is_empty() {
            return Ok(None);
        }
        let work = (claims.clone(), self.settings.clone(), self.pace.cores);
        let embedded = run_blocking(move || Ok(embed_all(&work.0, &work.1, work.2))).await?;
        commit_batch(self.ctx, self.scope, claims, embedded, self.embedder.clone()).await.map(Some)
    }
}

/// Waits for `queue.lock`; `None` once another process has emptied the queue.
async fn wait_for_queue_lock(ctx: &Ctx, scope: Scope) -> Result<Option<File>> {
    loop {
        if let Some(lock) = ctx.app.store.try_lock_queue(ctx.notebook()?)? {
            return Ok(Some(lock));
        }
        if ctx.read(scope, |db| jobs::count_open(db, jobs::EMBED)).await? == 0 {
            return Ok(None);
        }
        tokio::time::sleep(LOCK_POLL_INTERVAL).await;
    }
}

async fn claim_batch(
    ctx: &Ctx,
    scope: Scope,
    embedder: Arc<dyn TextEmbedder>,
    limit: usize,
) -> Result<Vec<EmbeddingClaim>> {
    let (now, until) = (ctx.app.now_timestamp(), ctx.app.timestamp_in(LEASE));
    let (token, claimant) = (ClaimId::draw(ctx.app.entropy.as_ref())?, ctx.clone());
    ctx.write(scope, move |db| {
        embedding::ensure_same_model(db, embedder.as_ref())?;
        let claimed = job_leases::claim_entry_jobs(db, jobs::EMBED, token, &now, &until, limit)?;
        let mut claims = Vec::with_capacity(claimed.len());
        for job in claimed {
            match entries::find_job_text(db, job.entry)? {
                Some(text) if text.date_confirmed => {
                    let about = EgressSubject { entries: vec![job.entry], job: Some(job.id) };
                    let embedder = egress::embedder(&claimant, about)?;
                    claims.push(EmbeddingClaim {
                        job,
                        token,
                        text: text.final_text,
                        revision: text.revision,
                        embedder,
                    });
                }
                // An entry with an unconfirmed date is not searched, so it gets no vectors yet.
                _ => drop(job_leases::succeed(db, job.id, token, &job_result(job.entry, 0), &now)?),
            }
        }
        Ok(claims)
    })
    .await
}

/// Embeds the texts of all claims on `cores` threads; results are in claim order.
fn embed_all(claims: &[EmbeddingClaim], settings: &ChunkingSettings, cores: usize) -> Vec<Result<Vec<NewChunk>>> {
    let threads = cores.min(claims.len());
    let next = AtomicUsize::new(0);
    let embedded = Mutex::new(Vec::with_capacity(claims.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((position, claim_batch)) = next_claim(&next, claims) {
                    // A panic in the chunker fails its own job, not the queue.
                    let attempt = AssertUnwindSafe(|| {
                        embedding::chunk_and_embed(claim_batch.embedder.as_ref(), settings, &claim_batch.text)
                    });
                    let chunks = std::panic::catch_unwind(attempt).unwrap_or_else(|_| {
                        Err(Error::new(ErrorKind::Internal, "the text cannot be chunked or embedded"))
                    });
                    embedded.lock().unwrap_or_else(PoisonError::into_inner).push((position, chunks));
                }
            });
        }
    });
    let mut embedded = embedded.into_inner().unwrap_or_else(PoisonError::into_inner);
    embedded.sort_by_key(|(position, _)| *position);
    embedded.into_iter().map(|(_, chunks)| chunks).collect()
}

fn next_claim<'c>(next: &AtomicUsize, claims: &'c [EmbeddingClaim]) -> Option<(usize, &'c EmbeddingClaim)> {
    let position = next.fetch_add(1, Ordering::Relaxed);
    claims.get(position).map(|claim| (position, claim))
}

async fn commit_batch(
    ctx: &Ctx,
    scope: Scope,
    claims: Arc<Vec<EmbeddingClaim>>,
    embedded: Vec<Result<Vec<NewChunk>>>,
    embedder: Arc<dyn TextEmbedder>,
) -> Result<QueueSummary> {
    let (delays, now, zone) =
        (ctx.app.config.external_services.job_retries.clone(), ctx.app.clock.now(), ctx.app.clock.zone());
    let outcomes = ctx
        .write(scope, move |db| {
            let end = BatchCommit { db, embedder: embedder.as_ref(), delays: &delays, now, zone };
            claims
                .iter()
                .zip(&embedded)
                .map(|(claim, embedded)| Ok((claim.job, end.finish_job(claim, embedded)?)))
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    let mut done = QueueSummary::default();
    for (job, outcome) in outcomes {
        match outcome {
            Some(JobOutcome::Succeeded(_)) => {
                ctx.app.metrics.record_job(jobs::EMBED, true);
                done.succeeded += 1;
            }
            Some(JobOutcome::Failed(_)) => {
                ctx.app.metrics.record_job(jobs::EMBED, false);
                done.failed += 1;
                done.unfindable += 1;
            }
            _ => {}
        }
        if let Some(outcome) = outcome {
            notify::embedding_ended(ctx, job, outcome);
        }
    }
    Ok(done)
}

/// Ends the jobs of a batch within one transaction.
struct BatchCommit<'d> {
    db: &'d NotebookDb<'d>,
    embedder: &'d dyn TextEmbedder,
    delays: &'d [std::time::Duration],
    now: Timestamp,
    zone: TimeZone,
}

impl BatchCommit<'_> {
    /// Ends one job; returns the outcome to notify the owner of, `None` if there is none.
    fn finish_job(&self, claim: &EmbeddingClaim, embedded: &Result<Vec<NewChunk>>) -> Result<Option<JobOutcome>> {
        let (db, id, at) = (self.db, claim.job.id, crate::clock::format_timestamp(self.now));
        if !job_leases::is_held(db, id, claim.token)? {
            return Ok(None);
        }
        if self.embedder.is_remote() {
            job_leases::sum_usage(db, id)?;
        }
        let error = match embedded {
            Ok(chunks) => return self.store_chunks(claim, chunks, &at),
            Err(error) => error,
        };
        let waits = claim.job.waits;
        match retry_policy::decide(error, waits, self.delays, self.now, self.zone.clone()) {
            RetryDecision::Retry { at, pause, detail } => {
                job_leases::schedule_retry(db, id, claim.token, &detail, &crate::clock::format_timestamp(at))?;
                let first = JobOutcome::Retrying { attempt: 1, seconds: pause.as_secs() };
                Ok((waits == 0).then_some(first))
            }
            RetryDecision::Fail { message } => {
                job_leases::fail(db, id, claim.token, &message, &at)?;
                Ok(Some(JobOutcome::Failed(FailureClass::from_error(error))))
            }
        }
    }

    /// Stores the chunks if they are of the current revision; otherwise releases the job.
    fn store_chunks(&self, claim: &EmbeddingClaim, new: &[NewChunk], at: &str) -> Result<Option<JobOutcome>> {
        let (db, id, entry) = (self.db, claim.job.id, claim.job.entry);
        match entries::find_job_text(db, entry)? {
            Some(text) if text.revision == claim.revision => {
                chunks::replace(db, entry, self.embedder.id(), new)?;
                job_leases::succeed(db, id, claim.token, &job_result(entry, new.len()), at)?;
                let chunks = Some(new.len() as u64);
                Ok(Some(JobOutcome::Succeeded(JobResultCounts { chunks, ..JobResultCounts::default() })))
            }
            Some(_) => job_leases::requeue(db, id, claim.token).map(|()| None),
            // The entry was deleted meanwhile, and its jobs with it.
            None => Ok(None),
        }
    }
}

fn job_result(entry: EntryId, chunk_count: usize) -> String {
    serde_json::json!({ "entry_id": entry, "chunk_count": chunk_count }).to_string()
}
