//! The server's own work: what writes left for later, and what comes due.
//!
//! One loop hands work out and never waits for it: a batch of embeddings at a time, and as many attempts at other jobs
//! as there are workers. Notebooks take turns at both, so that a long queue holds nobody else up.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;

use tokio::sync::Notify;
use tokio::sync::watch;
use tokio::task::JoinError;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::auth;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::jobs::alive::Alive;
use crate::jobs::alive::Hold;
use crate::jobs::attempt::Attempt;
use crate::jobs::attempt::Ended;
use crate::jobs::attempt::Table;
use crate::jobs::attempt::kinds;
use crate::jobs::attempt::stopped;
use crate::jobs::batch::Pace;
use crate::jobs::batch::Turn;
use crate::jobs::line::Line;
use crate::jobs::orders;
use crate::jobs::table;
use crate::model::id::JobId;
use crate::model::id::NotebookId;
use crate::model::scope::Scope;
use crate::storage::notebook::claims;
use crate::storage::notebook::jobs;
use crate::users;

/// How often notebooks that another process wrote to are looked at; a write of this server wakes the work at once.
const ROUND: Duration = Duration::from_secs(30);
/// How soon a queue that another process works on is tried again.
const BUSY: Duration = Duration::from_millis(200);
/// How soon a notebook that cannot be worked on is tried again.
const TROUBLED: Duration = Duration::from_mins(5);
/// How often deletions that came due are carried out.
const PURGE: Duration = Duration::from_hours(1);
/// How often uploads are looked for that were kept long enough; every notebook is opened for it.
const SWEEP: Duration = Duration::from_hours(24);

/// Works until `stop` says so. A batch of embeddings that has begun is finished; jobs that wait for a provider are put
/// back.
pub async fn serve(app: Arc<App>, stop: watch::Receiver<bool>) {
    Desk::new(app, table(), stop).work().await;
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// What one turn at a notebook's embeddings came to.
enum Step {
    /// There may be more.
    More,
    /// Nothing is due.
    Empty,
    /// Another process works on it.
    Busy,
}

/// Where work is handed out.
pub(super) struct Desk {
    app: Arc<App>,
    table: Arc<Table>,
    stop: watch::Receiver<bool>,
    workers: usize,
    /// For a batch of embeddings.
    batches: Line,
    batch: JoinSet<(Ctx, Result<Step>)>,
    /// For an attempt at another job.
    attempts: Line,
    running: JoinSet<(Ctx, JobId, Ended)>,
    /// Wakes the watch over the claims of a notebook's running jobs.
    looks: HashMap<JobId, (NotebookId, Arc<Notify>)>,
    alive: Alive,
    /// When each notebook's files had last changed when they were looked at: one that nobody wrote to stays closed.
    seen: HashMap<NotebookId, Option<SystemTime>>,
}

impl Desk {
    pub(super) fn new(app: Arc<App>, table: Table, stop: watch::Receiver<bool>) -> Self {
        let workers = usize::try_from(app.config.outside.job_workers).unwrap_or(1);
        Self {
            app,
            table: Arc::new(table),
            stop,
            workers,
            batches: Line::default(),
            batch: JoinSet::new(),
            attempts: Line::default(),
            running: JoinSet::new(),
            looks: HashMap::new(),
            alive: Alive::default(),
            seen: HashMap::new(),
        }
    }

    pub(super) async fn work(mut self) {
        let (mut look, mut again) = (every(ROUND), every(BUSY));
        let (mut stop, app) = (self.stop.clone(), self.app.clone());
        let mut chores = JoinSet::new();
        chores.spawn(purge(app.clone()));
        chores.spawn(sweep(app.clone()));
        loop {
            let due = self.until_due();
            tokio::select! {
                biased;
                () = stopped(&mut stop) => break,
                _ = look.tick() => self.join_changed(),
                () = app.work.told() => self.join_told(),
                () = tokio::time::sleep(due.unwrap_or_default()), if due.is_some() => self.join_due(),
                _ = again.tick(), if self.batches.is_busy() || self.attempts.is_busy() => {
                    self.batches.again();
                    self.attempts.again();
                }
                Some(stepped) = self.batch.join_next() => self.stepped(stepped).await,
                Some(ended) = self.running.join_next() => self.ended(ended),
                () = std::future::ready(()), if self.can_step() => self.step(),
                () = std::future::ready(()), if self.can_start() => self.start().await,
            }
        }
        chores.shutdown().await;
        // Whoever runs heard of it too.
        while let Some(ended) = self.running.join_next().await {
            self.ended(ended);
        }
        while self.batch.join_next().await.is_some() {}
    }

    /// Lines up the notebooks that some process wrote to since the last look; at first, all of them.
    fn join_changed(&mut self) {
        let app = self.app.clone();
        let mut seen = std::mem::take(&mut self.seen);
        self.join(|id| {
            let changed = app.store.changed_at(id);
            seen.insert(id, changed) != Some(changed)
        });
        self.seen = seen;
        // The clock may have been set.
        self.join_due();
    }

    /// Lines up the notebooks that this server left work in; what runs there may have been called off.
    fn join_told(&mut self) {
        let told = self.app.work.take();
        for (id, look) in self.looks.values() {
            if told.contains(id) {
                look.notify_one();
            }
        }
        self.join(|id| told.contains(&id));
    }

    /// Lines up the notebooks in which something came due.
    fn join_due(&mut self) {
        let now = self.app.clock.now();
        let mut due = self.batches.take_due(now);
        due.extend(self.attempts.take_due(now));
        if !due.is_empty() {
            self.join(|id| due.contains(&id));
        }
    }

    fn join(&mut self, mut wanted: impl FnMut(NotebookId) -> bool) {
        let all = match auth::every_notebook(&self.app) {
            Ok(all) => all,
            Err(error) => return tracing::error!("looking for work: {error:?}"),
        };
        for ctx in all {
            let Ok(id) = ctx.notebook() else { continue };
            if wanted(id) {
                self.batches.join(id, &ctx);
                self.attempts.join(id, &ctx);
            }
        }
    }

    /// Returns how long it is until something comes due.
    fn until_due(&self) -> Option<Duration> {
        let next = self.batches.next_due().into_iter().chain(self.attempts.next_due()).min()?;
        Some(Duration::try_from(next.duration_since(self.app.clock.now())).unwrap_or_default())
    }

    fn can_step(&self) -> bool {
        self.batch.is_empty() && self.batches.has_next()
    }

    fn can_start(&self) -> bool {
        self.running.len() < self.workers && self.attempts.has_next()
    }

    fn step(&mut self) {
        let Some(ctx) = self.batches.next() else { return };
        self.batch.spawn(async move {
            let step = step(&ctx).await;
            (ctx, step)
        });
    }

    async fn stepped(&mut self, stepped: Result<(Ctx, Result<Step>), JoinError>) {
        let Ok((ctx, step)) = stepped else { return tracing::error!("a batch of embeddings ended early") };
        match step {
            Ok(Step::More) => self.batches.back(&ctx),
            Ok(Step::Busy) => self.batches.busy(ctx),
            Ok(Step::Empty) => self.batches.rest(&ctx, &[jobs::EMBED]).await,
            Err(error) => {
                tracing::error!("working on a queue: {error:?}");
                self.batches.come_back(&ctx, TROUBLED);
            }
        }
    }

    /// Begins the next attempt of the notebook whose turn it is, which then goes to the end of the line.
    async fn start(&mut self) {
        let Some(ctx) = self.attempts.next() else { return };
        match self.claim(&ctx).await {
            Ok(Claimed::One(attempt)) => {
                let (id, look, stop) = (attempt.job.id, Arc::new(Notify::new()), self.stop.clone());
                if let Ok(notebook) = ctx.notebook() {
                    self.looks.insert(id, (notebook, look.clone()));
                }
                let of = ctx.clone();
                self.running.spawn(async move { (of, id, attempt.run(look, stop).await) });
                self.attempts.back(&ctx);
            }
            Ok(Claimed::None) => self.attempts.rest(&ctx, &kinds(&self.table)).await,
            Ok(Claimed::Busy) => self.attempts.busy(ctx),
            Err(error) => {
                tracing::error!("claiming a job: {error:?}");
                self.attempts.come_back(&ctx, TROUBLED);
            }
        }
    }

    async fn claim(&mut self, ctx: &Ctx) -> Result<Claimed> {
        let alive = match self.alive.on(ctx, &kinds(&self.table)).await? {
            Hold::Got(alive) => alive,
            Hold::Idle => return Ok(Claimed::None),
            Hold::Busy => return Ok(Claimed::Busy),
        };
        let attempt = Attempt::claim(ctx, &self.table, alive, Arc::default()).await?;
        Ok(attempt.map_or(Claimed::None, |attempt| Claimed::One(Box::new(attempt))))
    }

    fn ended(&mut self, ended: Result<(Ctx, JobId, Ended), JoinError>) {
        let Ok((ctx, id, ended)) = ended else { return tracing::error!("an attempt at a job ended early") };
        self.looks.remove(&id);
        tracing::info!(job = %id, "an attempt at a job ended: {ended:?}");
        if let Ended::Waits(until) = ended {
            self.attempts.due_at(&ctx, until);
        }
    }
}

/// What claiming came to.
enum Claimed {
    One(Box<Attempt>),
    None,
    Busy,
}

/// Works one batch of a notebook's embeddings off.
async fn step(ctx: &Ctx) -> Result<Step> {
    let scope = Scope::Ingest;
    if ctx.read(scope, |db| claims::open(db, &[jobs::EMBED])).await? == 0 {
        return Ok(Step::Empty);
    }
    let Some(lock) = ctx.app.store.lock_queue(ctx.notebook()?)? else { return Ok(Step::Busy) };
    let Some(turn) = Turn::begin(ctx, scope, lock, Pace::background()).await? else { return Ok(Step::Empty) };
    let Some(done) = turn.batch().await? else { return Ok(Step::Empty) };
    tracing::info!(succeeded = done.succeeded, failed = done.failed, "worked on a queue");
    Ok(Step::More)
}

/// Carries deletions out that came due.
async fn purge(app: Arc<App>) {
    let mut purge = every(PURGE);
    loop {
        purge.tick().await;
        match users::purge(&auth::server(app.clone())).await {
            Ok(receipt) => {
                for gone in receipt.users {
                    let users::Belongings { notebooks, entries, originals, .. } = gone.belongings;
                    tracing::info!(user = %gone.user_id, notebooks, entries, originals, "destroyed a deleted account");
                }
            }
            Err(error) => tracing::error!("destroying deleted accounts: {error:?}"),
        }
    }
}

/// Removes uploads that were kept long enough.
async fn sweep(app: Arc<App>) {
    let mut sweep = every(SWEEP);
    loop {
        sweep.tick().await;
        let all = auth::every_notebook(&app).unwrap_or_else(|error| {
            tracing::error!("looking for old uploads: {error:?}");
            Vec::new()
        });
        for ctx in all {
            if let Err(error) = orders::forget_old_uploads(&ctx).await {
                tracing::error!("removing old uploads: {error:?}");
            }
        }
    }
}
