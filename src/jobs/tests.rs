//! The engine over a real data directory, in time that a test moves: a second program on the same directory is another
//! process as far as its locks can tell.

mod claims;
mod orders;
mod waiting;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Map;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

use crate::app::App;
use crate::auth;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::Environment;
use crate::ctx::Ctx;
use crate::entropy::OsEntropy;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::ingest;
use crate::ingest::Typed;
use crate::ingest::uploads::Report;
use crate::jobs::attempt::Commit;
use crate::jobs::attempt::Handler;
use crate::jobs::attempt::Held;
use crate::jobs::attempt::Made;
use crate::jobs::attempt::Table;
use crate::jobs::queue;
use crate::jobs::serve::Desk;
use crate::model::entry::SourceType;
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::notice::Counts;
use crate::model::scope::Scope;
use crate::model::user::Role;
use crate::net::wire::Boxed;
use crate::setup;
use crate::storage::notebook::claims::Taken;
use crate::storage::notebook::uploads;
use crate::users;

const ADA: &str = "ada@home.example";
const BOB: &str = "bob@home.example";
/// Files of every upload.
const FILES: usize = 3;

/// The clock of the runtime, which a test can move.
#[derive(Debug, Clone, Copy)]
struct Moved(Instant);

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        start + SignedDuration::try_from(self.0.elapsed()).unwrap()
    }

    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}

/// A data directory with Ada and Bob, opened by one program.
struct World {
    app: Arc<App>,
    clock: Moved,
    workers: &'static str,
    home: tempfile::TempDir,
}

impl World {
    async fn new(workers: &'static str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock = Moved(Instant::now());
        let config = || config(home.path(), workers);
        setup::init(config(), Arc::new(clock), Arc::new(OsEntropy), person(ADA)).await.unwrap();
        let app = Arc::new(App::open(config(), Arc::new(clock), Arc::new(OsEntropy)).unwrap());
        users::add(&auth::administration(app.clone()), person(BOB)).await.unwrap();
        Self { app, clock, workers, home }
    }

    /// Opens the data directory once more.
    fn another(&self) -> Arc<App> {
        let config = config(self.home.path(), self.workers);
        Arc::new(App::open(config, Arc::new(self.clock), Arc::new(OsEntropy)).unwrap())
    }

    fn ada(&self) -> Ctx {
        of(&self.app, ADA)
    }

    fn bob(&self) -> Ctx {
        of(&self.app, BOB)
    }

    /// Seconds since it began.
    fn now(&self) -> u64 {
        self.clock.0.elapsed().as_secs()
    }
}

fn of(app: &Arc<App>, whom: &str) -> Ctx {
    auth::operator(app.clone(), Some(whom)).unwrap()
}

fn config(home: &std::path::Path, workers: &str) -> Config {
    let pairs = [("HOME".to_owned(), home.as_os_str().to_owned()), ("JOB_WORKER_COUNT".to_owned(), workers.into())];
    Config::load(Vec::new(), None, &Environment::from_iter(pairs)).unwrap()
}

fn person(address: &str) -> users::Add {
    users::Add { email: address.parse().unwrap(), name: None, role: Role::Member, password: None }
}

/// Leaves a job with an upload of [`FILES`] files.
async fn left(ctx: &Ctx, kind: &'static str) -> JobId {
    let id = JobId::draw(ctx.app.entropy.as_ref()).unwrap();
    let at = ctx.app.stamp();
    let store = ctx.write(Scope::Ingest, move |db| {
        uploads::enqueue(db, id, kind, "{}", 3, &uploads::By::default(), &at)?;
        for position in 1..=3 {
            let media = JobId::draw(&OsEntropy)?.0;
            let sealed = crate::storage::media::Sealed { plain_bytes: 1, plain_hash: [0; 32], hash: [0; 32] };
            uploads::add_media(db, media, "image/png", &sealed, &at)?;
            uploads::add(db, id, position, media, "page.png", media.as_bytes())?;
        }
        Ok(())
    });
    store.await.unwrap();
    ctx.left_work();
    id
}

async fn shown(ctx: &Ctx, id: JobId) -> Job {
    queue::get(ctx, id).await.unwrap()
}

/// Waits until a job has this status.
async fn until(ctx: &Ctx, id: JobId, status: &str) -> Job {
    for _ in 0..100_000 {
        let job = shown(ctx, id).await;
        if job.status == status {
            return job;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    panic!("it never {status}: {:?}", shown(ctx, id).await);
}

/// Waits until a job waits for another attempt.
async fn until_waiting(ctx: &Ctx, id: JobId) -> Job {
    for _ in 0..100_000 {
        let job = shown(ctx, id).await;
        if job.status_detail.is_some() {
            return job;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    panic!("it never waited: {:?}", shown(ctx, id).await);
}

/// Counts a person's entries.
async fn entries(ctx: &Ctx) -> i64 {
    crate::entries::stats(ctx, crate::model::between::Between::default()).await.unwrap().total_entries
}

/// What an attempt does.
#[derive(Clone, Copy)]
enum Scene {
    /// Makes an entry after this many seconds.
    Makes(u64),
    /// Fails after no time, in a way that passes.
    Busy,
    /// Fails so, and says when to come back.
    BusyFor(u32),
    /// Fails for good.
    Wrong,
    Panics,
}

/// When attempts began, and which were given up before they were over.
#[derive(Default)]
struct Played {
    begun: Mutex<Vec<(JobId, u64)>>,
    dropped: Mutex<Vec<(JobId, u64)>>,
}

impl Played {
    fn begun(&self) -> Vec<(JobId, u64)> {
        self.begun.lock().unwrap().clone()
    }

    /// Seconds at which the attempts at a job began.
    fn times(&self, id: JobId) -> Vec<u64> {
        self.begun().into_iter().filter(|(other, _)| *other == id).map(|(_, at)| at).collect()
    }

    fn dropped(&self) -> Vec<(JobId, u64)> {
        self.dropped.lock().unwrap().clone()
    }
}

type Play = dyn Fn(&'static str, u64) -> Scene + Send + Sync;

/// A handler that does what a test says, by kind of job and second.
struct Scripted {
    kind: &'static str,
    clock: Moved,
    play: Arc<Play>,
    played: Arc<Played>,
}

/// Both kinds of uploads, and what they did.
fn scripted(world: &World, play: impl Fn(&'static str, u64) -> Scene + Send + Sync + 'static) -> (Table, Arc<Played>) {
    let (play, played): (Arc<Play>, _) = (Arc::new(play), Arc::<Played>::default());
    let row = |kind| {
        let handler = Scripted { kind, clock: world.clock, play: play.clone(), played: played.clone() };
        (kind, Arc::new(handler) as Arc<dyn Handler>)
    };
    (vec![row(uploads::IMAGES), row(uploads::RECORDINGS)], played)
}

/// Notes when it is dropped before it was told that all is well.
struct Guard<'p> {
    played: &'p Played,
    clock: Moved,
    job: Option<JobId>,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if let Some(job) = self.job {
            self.played.dropped.lock().unwrap().push((job, self.clock.0.elapsed().as_secs()));
        }
    }
}

impl Handler for Scripted {
    fn work<'a>(&'a self, ctx: &'a Ctx, job: &'a Taken, held: &'a Held) -> Boxed<'a, Result<Commit>> {
        Box::pin(async move {
            let now = self.clock.0.elapsed().as_secs();
            self.played.begun.lock().unwrap().push((job.id, now));
            let mut guard = Guard { played: &self.played, clock: self.clock, job: Some(job.id) };
            let busy = Error::new(Kind::Upstream, "the reader is overloaded").passing();
            let outcome = match (self.play)(self.kind, now) {
                Scene::Makes(seconds) => {
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                    held.done(2).await.map(|()| made(ctx, job.id))
                }
                Scene::Busy => Err(busy),
                Scene::BusyFor(seconds) => Err(busy.retry_after(seconds)),
                Scene::Wrong => Err(Error::invalid("page 2 is no picture").hint("take it again")),
                Scene::Panics => panic!("it was scripted"),
            };
            guard.job = None;
            outcome
        })
    }
}

/// Makes an entry whose text is the job's id.
fn made(ctx: &Ctx, job: JobId) -> Commit {
    let typed = Typed { text: format!("Entry of {job}"), date: None, source: SourceType::Photo };
    let draft = ingest::draft(ctx, &typed).unwrap();
    let trail = crate::audit::Trail::of(ctx);
    Box::new(move |db| {
        let entry = draft.add(db, &trail)?;
        let result = Map::from_iter([("entry_id".to_owned(), entry.0.into())]);
        Ok(Made { result, entry: Some(entry), counts: Counts::default(), left_work: false })
    })
}

/// A server's desk at work.
struct Serving {
    stop: watch::Sender<bool>,
    work: JoinHandle<()>,
}

impl Serving {
    fn begin(app: &Arc<App>, table: Table) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { stop, work: tokio::spawn(Desk::new(app.clone(), table, stopped).work()) }
    }

    /// Stops as a signal to end does.
    async fn stop(self) {
        self.stop.send(true).unwrap();
        self.work.await.unwrap();
    }

    /// Ends as a process that is killed.
    async fn kill(self) {
        self.work.abort();
        assert!(self.work.await.unwrap_err().is_cancelled());
    }
}

/// Every job began once.
fn once(played: &Played) {
    let begun = played.begun();
    let ids: HashMap<JobId, usize> = begun.iter().fold(HashMap::new(), |mut ids, (id, _)| {
        *ids.entry(*id).or_default() += 1;
        ids
    });
    assert!(ids.values().all(|times| *times == 1), "{begun:?}");
}

#[tokio::test(start_paused = true)]
async fn jobs_begin_in_the_order_they_were_left_and_run_at_once() {
    let world = World::new("2").await;
    let (table, played) = scripted(&world, |_, _| Scene::Makes(60));
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(left(&world.ada(), uploads::IMAGES).await);
    }
    let server = Serving::begin(&world.app, table);
    for id in &ids {
        until(&world.ada(), *id, "succeeded").await;
    }

    let begun = played.begun();
    assert_eq!(begun.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
    assert_eq!(begun[1].1 - begun[0].1, 0, "two at once");
    assert!(begun[2].1 - begun[0].1 >= 60, "and no third");
    assert_eq!(entries(&world.ada()).await, 4);
    let job = shown(&world.ada(), ids[0]).await;
    assert_eq!((job.attempts, job.progress_current, job.progress_total), (1, 3, 3));
    assert!(job.started_at.is_some() && job.finished_at.is_some() && job.error_message.is_none());
    // Of two that end at once, either may be stored first.
    assert!([1, 2].map(serde_json::Value::from).contains(&job.result.unwrap()["entry_id"]));
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_long_line_of_one_person_does_not_keep_another_waiting() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, _| Scene::Makes(60));
    for _ in 0..20 {
        left(&world.ada(), uploads::IMAGES).await;
    }
    let bobs = left(&world.bob(), uploads::IMAGES).await;
    let server = Serving::begin(&world.app, table);

    until(&world.bob(), bobs, "succeeded").await;

    let before = played.begun().iter().position(|(id, _)| *id == bobs).unwrap();
    assert!(before <= 1, "{before} of Ada's came first");
    assert_eq!(entries(&world.bob()).await, 1);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_job_that_panics_fails_alone_and_says_nothing_of_it() {
    let world = World::new("1").await;
    let (table, _) = scripted(&world, |kind, _| match kind {
        uploads::IMAGES => Scene::Panics,
        _ => Scene::Makes(1),
    });
    let bad = left(&world.ada(), uploads::IMAGES).await;
    let good = left(&world.ada(), uploads::RECORDINGS).await;
    let server = Serving::begin(&world.app, table);

    until(&world.ada(), good, "succeeded").await;

    let bad = until(&world.ada(), bad, "failed").await;
    assert_eq!(bad.error_message.unwrap(), "something went wrong in the server; its log says what");
    server.stop().await;
}

/// Returns the originals that a notebook has rows of.
async fn originals(ctx: &Ctx, job: JobId) -> Vec<Uuid> {
    let files = ctx.read(Scope::Ingest, move |db| uploads::of(db, job)).await.unwrap();
    files.into_iter().map(|file| file.media).collect()
}
