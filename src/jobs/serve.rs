//! The server's own work: what writes left for later, and what comes due.
//!
//! Notebooks take turns, a batch each, so that a long queue holds nobody else up. The lock on a queue is held for a batch
//! only, and never while there is nothing to do.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::auth;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::jobs::worker::Pace;
use crate::jobs::worker::Turn;
use crate::model::id::NotebookId;
use crate::model::scope::Scope;
use crate::storage::notebook::jobs;
use crate::users;

/// How often notebooks that another process wrote to are looked at; a write of this server wakes the work at once.
const ROUND: Duration = Duration::from_secs(30);
/// How soon a queue that another process works on is tried again.
const BUSY: Duration = Duration::from_millis(200);
/// How often deletions that came due are carried out.
const PURGE: Duration = Duration::from_hours(1);

/// What one turn at a queue came to.
enum Step {
    /// There may be more.
    More,
    /// Nothing waits.
    Empty,
    /// Another process works on it.
    Busy,
}

/// Works until `stop` says so; a batch that has begun is finished.
pub async fn serve(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let (mut look, mut again, mut purge) = (every(ROUND), every(BUSY), every(PURGE));
    let mut line = Line { app: app.clone(), waiting: VecDeque::new(), busy: Vec::new(), seen: HashMap::new() };
    loop {
        tokio::select! {
            biased;
            _ = stop.changed() => return,
            _ = look.tick() => line.join_changed(),
            _ = purge.tick() => {
                if let Err(error) = users::purge(&auth::server(app.clone())).await {
                    tracing::error!("destroying deleted accounts: {error:?}");
                }
            }
            () = app.work.told() => line.join_told(),
            _ = again.tick(), if !line.busy.is_empty() => line.waiting.extend(line.busy.drain(..)),
            () = std::future::ready(()), if !line.waiting.is_empty() => line.step().await,
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// Notebooks in line for their turn.
struct Line {
    app: Arc<App>,
    waiting: VecDeque<Ctx>,
    busy: Vec<Ctx>,
    /// When each notebook's files had last changed when they were looked at: one that nobody wrote to stays closed.
    seen: HashMap<NotebookId, Option<SystemTime>>,
}

impl Line {
    /// Lines up the notebooks that some process wrote to since the last look; at first, all of them.
    fn join_changed(&mut self) {
        let app = self.app.clone();
        let mut seen = std::mem::take(&mut self.seen);
        self.join(|id| {
            let changed = app.store.changed_at(id);
            seen.insert(id, changed) != Some(changed)
        });
        self.seen = seen;
    }

    /// Lines up the notebooks that this server left work in.
    fn join_told(&mut self) {
        let told = self.app.work.take();
        self.join(|id| told.contains(&id));
    }

    fn join(&mut self, mut wanted: impl FnMut(NotebookId) -> bool) {
        let all = match auth::every_notebook(&self.app) {
            Ok(all) => all,
            Err(error) => return tracing::error!("looking for work: {error:?}"),
        };
        for ctx in all {
            let Ok(id) = ctx.notebook() else { continue };
            let there = |other: &Ctx| other.notebook().is_ok_and(|other| other == id);
            if wanted(id) && !self.waiting.iter().any(there) && !self.busy.iter().any(there) {
                self.waiting.push_back(ctx);
            }
        }
    }

    async fn step(&mut self) {
        let Some(ctx) = self.waiting.pop_front() else { return };
        match step(&ctx).await {
            Ok(Step::More) => self.waiting.push_back(ctx),
            Ok(Step::Busy) => self.busy.push(ctx),
            Ok(Step::Empty) => {}
            Err(error) => tracing::error!("working on a queue: {error:?}"),
        }
    }
}

/// Works one batch of a notebook's queue off.
async fn step(ctx: &Ctx) -> Result<Step> {
    let scope = Scope::Ingest;
    if ctx.read(scope, |db| jobs::open(db, jobs::EMBED)).await? == 0 {
        return Ok(Step::Empty);
    }
    let Some(lock) = ctx.app.store.lock_queue(ctx.notebook()?)? else { return Ok(Step::Busy) };
    let Some(turn) = Turn::begin(ctx, scope, lock, Pace::background()).await? else { return Ok(Step::Empty) };
    let Some(done) = turn.batch().await? else { return Ok(Step::Empty) };
    tracing::info!(succeeded = done.succeeded, failed = done.failed, "worked on a queue");
    Ok(Step::More)
}
