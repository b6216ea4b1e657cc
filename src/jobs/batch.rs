//! Makes the vectors that one notebook's entries wait for, a batch at a time.

use std::fs::File;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::embedding;
use crate::embedding::chunking::Settings;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::jobs::Done;
use crate::jobs::Progress;
use crate::jobs::schedule;
use crate::jobs::schedule::Next;
use crate::jobs::told;
use crate::model::id::ClaimId;
use crate::model::id::EntryId;
use crate::model::notice::Class;
use crate::model::notice::Counts;
use crate::model::notice::Outcome;
use crate::model::scope::Scope;
use crate::providers::embedder::Embedder;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::chunks;
use crate::storage::notebook::chunks::NewChunk;
use crate::storage::notebook::claims;
use crate::storage::notebook::claims::OnEntry;
use crate::storage::notebook::entries;
use crate::storage::notebook::jobs;

/// Jobs claimed and committed together: one fsync for many, and little lost to a crash.
const BATCH: usize = 32;
/// A claim longer than any batch takes; a dead holder's jobs come back before that, see [`embed`].
const LEASE: SignedDuration = SignedDuration::from_mins(10);

/// How often a process that waits for another one looks again.
pub(super) const POLL: std::time::Duration = std::time::Duration::from_millis(200);

/// One claimed job with the text it works on.
struct Claim {
    job: OnEntry,
    token: ClaimId,
    text: String,
    revision: i64,
    /// Bound to the job and its entry, which the ledger names.
    embedder: Arc<dyn Embedder>,
}

/// How hard a queue is worked on.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// Jobs claimed and committed together.
    batch: usize,
    /// Cores used at once.
    cores: usize,
}

impl Pace {
    /// Somebody waits for it: many together, on every core.
    fn foreground() -> Self {
        Self { batch: BATCH, cores: cores() }
    }

    /// Behind a server's back: half the cores are left to its clients, and a batch is over soon.
    pub(super) fn background() -> Self {
        Self { batch: 8, cores: (cores() / 2).max(1) }
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Works off every embedding job that waits, reporting progress after each batch.
///
/// `scope` is that of the act that left the work behind: whoever may do the one may finish the other.
///
/// Only one process at a time works on a notebook's queue. Whoever holds its lock knows
/// that claims left behind belong to a process that died, and takes them over.
///
/// # Errors
/// `Conflict` when the notebook's vectors come from another model.
pub async fn embed(ctx: &Ctx, scope: Scope, progress: Progress<'_>) -> Result<Done> {
    let ctx = &ctx.on_the_whole();
    ctx.caller.authorize(scope)?;
    let mut done = Done::default();
    let Some(lock) = lock_unless_done(ctx, scope).await? else { return Ok(done) };
    let Some(turn) = Turn::begin(ctx, scope, lock, Pace::foreground()).await? else { return Ok(done) };
    while let Some(batch) = turn.batch().await? {
        done.succeeded += batch.succeeded;
        done.failed += batch.failed;
        done.unfindable += batch.unfindable;
        progress(done.succeeded + done.failed, turn.waiting.max(done.succeeded + done.failed));
    }
    Ok(done)
}

/// One process's turn at a notebook's queue.
pub(super) struct Turn<'c> {
    ctx: &'c Ctx,
    scope: Scope,
    pace: Pace,
    embedder: Arc<dyn Embedder>,
    settings: Arc<Settings>,
    /// Jobs that waited when it began.
    waiting: u64,
    _lock: File,
}

impl<'c> Turn<'c> {
    /// Takes over what a dead process had claimed; `None` when nothing waits.
    pub(super) async fn begin(ctx: &'c Ctx, scope: Scope, lock: File, pace: Pace) -> Result<Option<Self>> {
        let waiting = ctx
            .write(scope, |db| {
                claims::release(db, &[jobs::EMBED])?;
                jobs::open(db, jobs::EMBED)
            })
            .await?;
        if waiting == 0 {
            return Ok(None);
        }
        let settings = Arc::new(embedding::settings(&ctx.app.config.chunking)?);
        let embedder = egress::embedder(ctx, About::default())?;
        Ok(Some(Self { ctx, scope, pace, embedder, settings, waiting, _lock: lock }))
    }

    /// Works one batch off; `None` when nothing is left to claim.
    pub(super) async fn batch(&self) -> Result<Option<Done>> {
        let claims = Arc::new(claim(self.ctx, self.scope, self.embedder.clone(), self.pace.batch).await?);
        if claims.is_empty() {
            return Ok(None);
        }
        let work = (claims.clone(), self.settings.clone(), self.pace.cores);
        let made = tokio::task::spawn_blocking(move || embed_all(&work.0, &work.1, work.2))
            .await
            // What a panic said is not passed on: it may quote text.
            .map_err(|_| Error::new(Kind::Internal, "an embedding task ended early"))?;
        store(self.ctx, self.scope, claims, made, self.embedder.clone()).await.map(Some)
    }
}

/// Waits until this process may work on the queue, or returns `None` once another one has emptied it.
async fn lock_unless_done(ctx: &Ctx, scope: Scope) -> Result<Option<File>> {
    loop {
        if let Some(lock) = ctx.app.store.lock_queue(ctx.notebook()?)? {
            return Ok(Some(lock));
        }
        if ctx.read(scope, |db| jobs::open(db, jobs::EMBED)).await? == 0 {
            return Ok(None);
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn claim(ctx: &Ctx, scope: Scope, embedder: Arc<dyn Embedder>, limit: usize) -> Result<Vec<Claim>> {
    let (now, until) = (ctx.app.stamp(), ctx.app.stamp_in(LEASE));
    let (token, claimant) = (ClaimId::draw(ctx.app.entropy.as_ref())?, ctx.clone());
    ctx.write(scope, move |db| {
        embedding::expect_same_model(db, embedder.as_ref())?;
        let claimed = claims::take_on_entries(db, jobs::EMBED, token, &now, &until, limit)?;
        let mut claims = Vec::with_capacity(claimed.len());
        for job in claimed {
            match entries::text(db, job.entry)? {
                Some(text) if text.date_confirmed => {
                    let about = About { entries: vec![job.entry], job: Some(job.id) };
                    let embedder = egress::embedder(&claimant, about)?;
                    claims.push(Claim { job, token, text: text.final_text, revision: text.revision, embedder });
                }
                // An entry whose date is in doubt is not searched, so it gets no vectors yet.
                _ => drop(claims::succeed(db, job.id, token, &result(job.entry, 0), &now)?),
            }
        }
        Ok(claims)
    })
    .await
}

/// Makes the chunks of every claim, in order, on this many cores.
fn embed_all(claims: &[Claim], settings: &Settings, cores: usize) -> Vec<Result<Vec<NewChunk>>> {
    let threads = cores.min(claims.len());
    let next = AtomicUsize::new(0);
    let made = Mutex::new(Vec::with_capacity(claims.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((position, claim)) = take(&next, claims) {
                    // A text that no chunker foresaw fails its own job, not the queue.
                    let attempt = AssertUnwindSafe(|| embedding::make(claim.embedder.as_ref(), settings, &claim.text));
                    let chunks = std::panic::catch_unwind(attempt)
                        .unwrap_or_else(|_| Err(Error::new(Kind::Internal, "its text could not be cut or embedded")));
                    made.lock().unwrap_or_else(PoisonError::into_inner).push((position, chunks));
                }
            });
        }
    });
    let mut made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    made.sort_by_key(|(position, _)| *position);
    made.into_iter().map(|(_, chunks)| chunks).collect()
}

fn take<'c>(next: &AtomicUsize, claims: &'c [Claim]) -> Option<(usize, &'c Claim)> {
    let position = next.fetch_add(1, Ordering::Relaxed);
    claims.get(position).map(|claim| (position, claim))
}

async fn store(
    ctx: &Ctx,
    scope: Scope,
    claims: Arc<Vec<Claim>>,
    made: Vec<Result<Vec<NewChunk>>>,
    embedder: Arc<dyn Embedder>,
) -> Result<Done> {
    let (delays, now, zone) = (ctx.app.config.outside.job_retries.clone(), ctx.app.clock.now(), ctx.app.clock.zone());
    let outcomes = ctx
        .write(scope, move |db| {
            let end = End { db, embedder: embedder.as_ref(), delays: &delays, now, zone };
            claims
                .iter()
                .zip(&made)
                .map(|(claim, made)| Ok((claim.job, end.one(claim, made)?)))
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    let mut done = Done::default();
    for (job, outcome) in outcomes {
        match outcome {
            Some(Outcome::Succeeded(_)) => {
                ctx.app.measures.job(jobs::EMBED, true);
                done.succeeded += 1;
            }
            Some(Outcome::Failed(_)) => {
                ctx.app.measures.job(jobs::EMBED, false);
                done.failed += 1;
                done.unfindable += 1;
            }
            _ => {}
        }
        if let Some(outcome) = outcome {
            told::embedded(ctx, job, outcome);
        }
    }
    Ok(done)
}

/// What is needed to end the jobs of a batch.
struct End<'d> {
    db: &'d NotebookDb<'d>,
    embedder: &'d dyn Embedder,
    delays: &'d [std::time::Duration],
    now: Timestamp,
    zone: TimeZone,
}

impl End<'_> {
    /// Ends one job; returns what its owner may be told, or nothing where nothing came of it.
    fn one(&self, claim: &Claim, made: &Result<Vec<NewChunk>>) -> Result<Option<Outcome>> {
        let (db, id, at) = (self.db, claim.job.id, crate::clock::stamp(self.now));
        if !claims::holds(db, id, claim.token)? {
            return Ok(None);
        }
        if self.embedder.is_remote() {
            claims::add_up(db, id)?;
        }
        let error = match made {
            Ok(chunks) => return self.stored(claim, chunks, &at),
            Err(error) => error,
        };
        let waits = claim.job.waits;
        match schedule::after(error, waits, self.delays, self.now, self.zone.clone()) {
            Next::Wait { at, pause, detail } => {
                claims::wait(db, id, claim.token, &detail, &crate::clock::stamp(at))?;
                let first = Outcome::Retrying { attempt: 1, seconds: pause.as_secs() };
                Ok((waits == 0).then_some(first))
            }
            Next::Fail { message } => {
                claims::fail(db, id, claim.token, &message, &at)?;
                Ok(Some(Outcome::Failed(Class::of(error))))
            }
        }
    }

    /// Stores chunks, if they still are of the latest text. If not, the job goes back.
    fn stored(&self, claim: &Claim, new: &[NewChunk], at: &str) -> Result<Option<Outcome>> {
        let (db, id, entry) = (self.db, claim.job.id, claim.job.entry);
        match entries::text(db, entry)? {
            Some(text) if text.revision == claim.revision => {
                chunks::replace(db, entry, self.embedder.id(), new)?;
                claims::succeed(db, id, claim.token, &result(entry, new.len()), at)?;
                let chunks = Some(new.len() as u64);
                Ok(Some(Outcome::Succeeded(Counts { chunks, ..Counts::default() })))
            }
            Some(_) => claims::put_back(db, id, claim.token).map(|()| None),
            // The entry was deleted meanwhile, and its jobs with it.
            None => Ok(None),
        }
    }
}

fn result(entry: EntryId, chunk_count: usize) -> String {
    serde_json::json!({ "entry_id": entry, "chunk_count": chunk_count }).to_string()
}
