//! One attempt at a job that calls somebody: claimed, worked on while its claim is kept alive, ended with its result.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::Timestamp;
use serde_json::Map;
use serde_json::Value;
use tokio::sync::Notify;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::ingest::uploads::Report;
use crate::jobs::schedule;
use crate::jobs::schedule::Next;
use crate::jobs::steps::Steps;
use crate::jobs::told;
use crate::jobs::told::Which;
use crate::model::id::ClaimId;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::notice::Counts;
use crate::model::scope::Scope;
use crate::net::wire::Boxed;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::claims;
use crate::storage::notebook::claims::Taken;
use crate::storage::notebook::entries;
use crate::storage::notebook::steps;

/// How long a claim stands without being prolonged, seconds.
const LEASE: i64 = 120;
/// How often it is prolonged.
const BEAT: Duration = Duration::from_secs(LEASE as u64 / 3);
/// Deaths in a row that a job is given without getting anywhere: it may be what kills the server.
const MAX_ABANDONED: usize = 10;

/// What a job of one kind does. Handlers are the table's rows, so that tests have their own.
pub(super) trait Handler: Send + Sync {
    /// Does the slow part, without a transaction; may be dropped at any point, and begun again later.
    ///
    /// # Errors
    /// What ends the attempt; a passing error lets the job wait for another.
    fn work<'a>(&'a self, ctx: &'a Ctx, job: &'a Taken, held: &'a Held) -> Boxed<'a, Result<Commit>>;
}

/// Stores what an attempt came to, in the transaction that ends the job.
pub(super) type Commit = Box<dyn FnOnce(&NotebookDb<'_>) -> Result<Made> + Send>;

/// What a job made.
pub(super) struct Made {
    /// For the owner to see.
    pub(super) result: Map<String, Value>,
    pub(super) entry: Option<EntryId>,
    pub(super) counts: Counts,
    /// Whether it left another job.
    pub(super) left_work: bool,
}

/// The kinds of jobs that call somebody, each with its handler.
pub(super) type Table = Vec<(&'static str, Arc<dyn Handler>)>;

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Succeeded,
    Failed,
    /// The job waits for another attempt.
    Waits(Timestamp),
    /// The job was called off, or is another worker's by now.
    Lost,
    /// The work was to stop; the job can be claimed again at once.
    PutBack,
}

/// A claimed job, ready to be worked on.
pub(super) struct Attempt {
    ctx: Ctx,
    kind: &'static str,
    handler: Arc<dyn Handler>,
    pub(super) job: Taken,
    held: Held,
    /// Says that this process lives; see [`crate::jobs`].
    _alive: Arc<File>,
}

/// A claim, as whoever prolongs it has it.
#[derive(Clone)]
pub(super) struct Held {
    ctx: Ctx,
    job: JobId,
    claim: ClaimId,
    steps: Arc<Steps>,
}

impl Attempt {
    /// Claims the oldest job that is due; `None` when none is.
    pub(super) async fn claim(ctx: &Ctx, table: &Table, alive: Arc<File>, steps: Arc<Steps>) -> Result<Option<Self>> {
        let claim = ClaimId::draw(ctx.app.entropy.as_ref())?;
        let kinds = kinds(table);
        let (now, until) = (ctx.app.stamp(), lease(ctx));
        let taken = ctx.write(Scope::Ingest, move |db| claims::take(db, &kinds, claim, &now, &until)).await?;
        let Some(job) = taken else { return Ok(None) };
        let row = table.iter().find(|(kind, _)| *kind == job.kind);
        let (kind, handler) = row.cloned().ok_or_else(|| Error::new(Kind::Internal, "a job of an unknown type"))?;
        steps.expect(job.total);
        let held = Held { ctx: ctx.clone(), job: job.id, claim, steps };
        Ok(Some(Self { ctx: ctx.clone(), kind, handler, job, held, _alive: alive }))
    }

    /// Works on it until it has ended, one way or another, or `stop` says so. `look` says that the claim may be lost.
    pub(super) async fn run(self, look: Arc<Notify>, mut stop: watch::Receiver<bool>) -> Ended {
        let worked = tokio::select! {
            biased;
            worked = self.worked() => worked,
            () = self.held.lost(&look) => return Ended::Lost,
            () = stopped(&mut stop) => return self.put_back().await,
        };
        let ended = match worked {
            Ok(commit) => self.commit(commit).await,
            Err(error) => Err(error),
        };
        let ended = match ended {
            Err(error) => self.went_wrong(&error).await,
            ended => ended,
        };
        ended.unwrap_or_else(|error| {
            // The claim runs out, and the job is claimed again.
            tracing::error!(job = %self.job.id, "writing down how a job ended: {error:?}");
            Ended::Lost
        })
    }

    async fn worked(&self) -> Result<Commit> {
        if self.job.abandoned >= MAX_ABANDONED {
            return Err(Error::conflict(format!("the server ended {MAX_ABANDONED} times while it worked on this"))
                .hint("what came in is kept, so try again once the server's log is looked at"));
        }
        let (handler, ctx, job, held) = (self.handler.clone(), self.ctx.clone(), self.job.clone(), self.held.clone());
        // A task of its own: what panics in it ends this attempt alone. It ends with the set.
        let mut work = JoinSet::new();
        work.spawn(async move { handler.work(&ctx, &job, &held).await });
        match work.join_next().await {
            Some(Ok(commit)) => commit,
            // What a panic said is not passed on: it may quote text.
            Some(Err(_)) | None => Err(Error::new(Kind::Internal, "the work on a job ended early")),
        }
    }

    async fn commit(&self, commit: Commit) -> Result<Ended> {
        let (id, claim, at) = (self.job.id, self.held.claim, self.ctx.app.stamp());
        let made = self.ctx.write(Scope::Ingest, move |db| {
            if !claims::holds(db, id, claim)? {
                return Ok(None);
            }
            let made = commit(db)?;
            claims::succeed(db, id, claim, &Value::from(made.result.clone()).to_string(), &at)?;
            claims::add_up(db, id)?;
            steps::forget(db, id)?;
            Ok(Some(made))
        });
        let Some(made) = made.await? else { return Ok(Ended::Lost) };
        if made.left_work {
            self.ctx.left_work();
        }
        self.ctx.app.measures.job(self.kind, true);
        told::made(&self.ctx, self.which(), made.entry, made.counts);
        Ok(Ended::Succeeded)
    }

    async fn went_wrong(&self, error: &Error) -> Result<Ended> {
        let (id, claim, app) = (self.job.id, self.held.claim, &self.ctx.app);
        if error.kind() == Kind::Internal {
            tracing::error!(job = %id, "a job went wrong: {error:?}");
        }
        let delays = &app.config.outside.job_retries;
        match schedule::after(error, self.job.waits, delays, app.clock.now(), app.clock.zone()) {
            Next::Wait { at, pause, detail } => {
                let after = crate::clock::stamp(at);
                let held = self.ctx.write(Scope::Ingest, move |db| {
                    claims::add_up(db, id)?;
                    claims::wait(db, id, claim, &detail, &after)
                });
                if !held.await? {
                    return Ok(Ended::Lost);
                }
                told::waits(&self.ctx, self.which(), self.job.waits, pause.as_secs());
                Ok(Ended::Waits(at))
            }
            Next::Fail { message } => {
                let at = app.stamp();
                let held = self.ctx.write(Scope::Ingest, move |db| {
                    claims::add_up(db, id)?;
                    claims::fail(db, id, claim, &message, &at)
                });
                if !held.await? {
                    return Ok(Ended::Lost);
                }
                app.measures.job(self.kind, false);
                told::failed(&self.ctx, self.which(), error);
                Ok(Ended::Failed)
            }
        }
    }

    fn which(&self) -> Which {
        let parent = self.job.params.get("parent_job_id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        Which { job: self.job.id, parent, kind: self.kind }
    }

    async fn put_back(&self) -> Ended {
        let (id, claim) = (self.job.id, self.held.claim);
        if let Err(error) = self.ctx.write(Scope::Ingest, move |db| claims::put_back(db, id, claim)).await {
            tracing::error!(job = %id, "putting a job back: {error:?}");
        }
        Ended::PutBack
    }
}

impl Held {
    /// Keeps the claim alive; returns once it is lost.
    async fn lost(&self, look: &Notify) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(BEAT) => {}
                () = look.notified() => {}
            }
            let (id, claim, until) = (self.job, self.claim, lease(&self.ctx));
            match self.ctx.write(Scope::Ingest, move |db| claims::prolong(db, id, claim, &until)).await {
                Ok(true) => {}
                Ok(false) => return,
                // Tried again at the next beat; what is committed in the end asks for the claim in any case.
                Err(error) => tracing::error!(job = %id, "prolonging a claim: {error:?}"),
            }
        }
    }
}

/// For jobs that work through many entries: what each comes to is stored at once, and never twice.
impl Held {
    /// Notes how many entries there are in all.
    ///
    /// # Errors
    /// `Conflict` when the job was called off or another worker has it now.
    pub(super) async fn expect(&self, entries: u64) -> Result<()> {
        let (id, claim) = (self.job, self.claim);
        self.steps.expect(entries);
        let held = self.ctx.write(Scope::Ingest, move |db| claims::expect(db, id, claim, entries)).await?;
        if held { Ok(()) } else { Err(taken_away()) }
    }

    /// Returns the entries that an earlier attempt at this job stored, with what each came to.
    pub(super) async fn done_before(&self) -> Result<Vec<(EntryId, Value)>> {
        let id = self.job;
        self.ctx.read(Scope::Ingest, move |db| steps::all(db, id)).await
    }

    /// Stores what one entry came to, in one transaction with the note that it did; `done` counts it in.
    ///
    /// # Errors
    /// `Conflict` when the job was called off or another worker has it now, and what `store` returns: nothing is stored.
    pub(super) async fn step(
        &self,
        entry: EntryId,
        done: u64,
        store: impl FnOnce(&NotebookDb<'_>) -> Result<Value> + Send + 'static,
    ) -> Result<()> {
        let (id, claim, until) = (self.job, self.claim, lease(&self.ctx));
        self.ctx
            .write(Scope::Ingest, move |db| {
                if !claims::advance(db, id, claim, &until, done)? {
                    return Err(taken_away());
                }
                let counts = store(db)?;
                steps::note(db, id, entry, &counts)
            })
            .await?;
        self.steps.reached(id, done);
        Ok(())
    }

    /// Notes why an entry came to nothing, as a step of its own; one that is gone is passed over, there is nothing to note it
    /// beside.
    ///
    /// # Errors
    /// As [`Self::step`].
    pub(super) async fn pass(&self, entry: EntryId, done: u64, noted: Value) -> Result<()> {
        let stored = self.step(entry, done, move |db| {
            if entries::exists(db, entry)? { Ok(noted) } else { Err(Error::not_found("entry")) }
        });
        match stored.await {
            Err(error) if error.kind() != Kind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn taken_away() -> Error {
    Error::conflict("the job was called off, or somebody else works on it now")
}

impl Report for Held {
    fn done(&self, files: u64) -> Boxed<'_, Result<()>> {
        Box::pin(async move {
            let (id, claim, until) = (self.job, self.claim, lease(&self.ctx));
            let held = self.ctx.write(Scope::Ingest, move |db| claims::advance(db, id, claim, &until, files)).await?;
            self.steps.reached(id, files);
            if held { Ok(()) } else { Err(taken_away()) }
        })
    }
}

fn lease(ctx: &Ctx) -> String {
    ctx.app.stamp_in(SignedDuration::from_secs(LEASE))
}

/// Waits until the work is to stop, which it also is once nobody could say so any more.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

/// Returns the kinds of a table.
pub(super) fn kinds(table: &Table) -> Vec<&'static str> {
    table.iter().map(|(kind, _)| *kind).collect()
}
