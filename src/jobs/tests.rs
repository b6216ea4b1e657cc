//! Job engine over a real data directory with a paused clock. A second `AppState` on the same directory acts as another
//! process: its file locks conflict with those of the first.

mod claims;
mod control;
mod embeddings;
mod retry_policy;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use serde_json::Map;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::clock::Clock;
use crate::config::{Config, EnvironmentSnapshot};
use crate::domain::entry::SourceType;
use crate::domain::id::JobId;
use crate::domain::job::JobView;
use crate::domain::scope::Scope;
use crate::domain::user::UserRole;
use crate::entropy::OsEntropy;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::handler::{self, HandlerRegistry, JobCommit, JobHandler, JobOutput};
use crate::jobs::lease::JobLease;
use crate::jobs::query;
use crate::jobs::worker::JobWorker;
use crate::services::accounts::users;
use crate::services::auth;
use crate::services::ingest::uploads::ProgressReporter;
use crate::services::ingest::{self, TextInput};
use crate::setup;
use crate::storage::notebook::uploads;

const ADA: &str = "ada@home.example";
const BOB: &str = "bob@home.example";
/// Number of files in every upload.
const FILES: usize = 3;

/// Clock that follows the paused tokio runtime.
#[derive(Debug, Clone, Copy)]
struct RuntimeClock(Instant);

impl Clock for RuntimeClock {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        start + SignedDuration::try_from(self.0.elapsed()).unwrap()
    }

    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}

/// A data directory with the users Ada and Bob, opened by one `AppState`.
struct JobTestWorld {
    app: Arc<AppState>,
    clock: RuntimeClock,
    workers: &'static str,
    home: tempfile::TempDir,
}

impl JobTestWorld {
    async fn new(workers: &'static str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock = RuntimeClock(Instant::now());
        let config = || test_config(home.path(), workers);
        setup::init(config(), Arc::new(clock), Arc::new(OsEntropy), new_user(ADA)).await.unwrap();
        let app = Arc::new(AppState::open(config(), Arc::new(clock), Arc::new(OsEntropy)).unwrap());
        users::add(&auth::administration(app.clone()), new_user(BOB)).await.unwrap();
        Self { app, clock, workers, home }
    }

    /// Opens the data directory as another process does.
    fn open_again(&self) -> Arc<AppState> {
        let config = test_config(self.home.path(), self.workers);
        Arc::new(AppState::open(config, Arc::new(self.clock), Arc::new(OsEntropy)).unwrap())
    }

    fn ada(&self) -> Ctx {
        ctx_for(&self.app, ADA)
    }

    fn bob(&self) -> Ctx {
        ctx_for(&self.app, BOB)
    }

    /// Seconds since the test began.
    fn elapsed_seconds(&self) -> u64 {
        self.clock.0.elapsed().as_secs()
    }
}

fn ctx_for(app: &Arc<AppState>, email: &str) -> Ctx {
    auth::operator(app.clone(), Some(email)).unwrap()
}

fn test_config(home: &std::path::Path, workers: &str) -> Config {
    let pairs = [("HOME".to_owned(), home.as_os_str().to_owned()), ("JOB_WORKER_COUNT".to_owned(), workers.into())];
    Config::load(Vec::new(), None, &EnvironmentSnapshot::from_iter(pairs)).unwrap()
}

fn new_user(address: &str) -> users::CreateUserRequest {
    users::CreateUserRequest { email: address.parse().unwrap(), name: None, role: UserRole::Member, password: None }
}

/// Enqueues a job with an upload of [`FILES`] files.
async fn enqueue_upload(ctx: &Ctx, kind: &'static str) -> JobId {
    let id = JobId::draw(ctx.app.entropy.as_ref()).unwrap();
    let at = ctx.app.now_timestamp();
    let store = ctx.write(Scope::Ingest, move |db| {
        uploads::enqueue(db, id, kind, "{}", 3, &uploads::UploadedBy::default(), &at)?;
        for position in 1..=3 {
            let media = JobId::draw(&OsEntropy)?.0;
            let sealed = crate::storage::media::SealedFile { plain_bytes: 1, plain_hash: [0; 32], hash: [0; 32] };
            uploads::add_media(db, media, "image/png", &sealed, &at)?;
            uploads::add(db, id, position, media, "page.png", media.as_bytes())?;
        }
        Ok(())
    });
    store.await.unwrap();
    ctx.wake_worker();
    id
}

async fn get_job(ctx: &Ctx, id: JobId) -> JobView {
    query::get(ctx, id).await.unwrap()
}

/// Waits until a job has this status.
async fn wait_for_status(ctx: &Ctx, id: JobId, status: &str) -> JobView {
    for _ in 0..100_000 {
        let job = get_job(ctx, id).await;
        if job.status == status {
            return job;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    panic!("status never became {status}: {:?}", get_job(ctx, id).await);
}

/// Waits until a job is scheduled for a retry.
async fn wait_for_retry(ctx: &Ctx, id: JobId) -> JobView {
    for _ in 0..100_000 {
        let job = get_job(ctx, id).await;
        if job.status_detail.is_some() {
            return job;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    panic!("the job was never scheduled for a retry: {:?}", get_job(ctx, id).await);
}

/// Counts a user's entries.
async fn count_entries(ctx: &Ctx) -> i64 {
    crate::services::entries::stats(
        ctx,
        crate::domain::date_range::DateRange::default(),
        &crate::domain::tag::TagFilter::default(),
    )
    .await
    .unwrap()
    .total_entries
}

/// Scripted result of a job run.
#[derive(Clone, Copy)]
enum ScriptedOutcome {
    /// Adds an entry after this many seconds.
    Succeeds(u64),
    /// Fails at once with a transient error.
    FailsTransiently,
    /// Fails with a transient error that has a `retry_after`, in seconds.
    FailsWithRetryAfter(u32),
    /// Fails with a permanent error.
    FailsPermanently,
    Panics,
}

/// Starts and aborts of job runs, with the second of each.
#[derive(Default)]
struct ScriptLog {
    started: Mutex<Vec<(JobId, u64)>>,
    dropped: Mutex<Vec<(JobId, u64)>>,
}

impl ScriptLog {
    fn started(&self) -> Vec<(JobId, u64)> {
        self.started.lock().clone()
    }

    /// Seconds at which the runs of a job started.
    fn start_times(&self, id: JobId) -> Vec<u64> {
        self.started().into_iter().filter(|(other, _)| *other == id).map(|(_, at)| at).collect()
    }

    fn dropped(&self) -> Vec<(JobId, u64)> {
        self.dropped.lock().clone()
    }
}

type OutcomeScript = dyn Fn(&'static str, u64) -> ScriptedOutcome + Send + Sync;

/// Handler of photo or recording uploads that follows a script, by job kind and second.
struct ScriptedHandler<const IS_PHOTO: bool> {
    clock: RuntimeClock,
    script: Arc<OutcomeScript>,
    log: Arc<ScriptLog>,
}

/// Returns scripted handlers for both upload kinds, and their log.
fn scripted_handlers(
    world: &JobTestWorld,
    script: impl Fn(&'static str, u64) -> ScriptedOutcome + Send + Sync + 'static,
) -> (HandlerRegistry, Arc<ScriptLog>) {
    let (script, log): (Arc<OutcomeScript>, _) = (Arc::new(script), Arc::<ScriptLog>::default());
    let clock = world.clock;
    let handlers = HandlerRegistry::new(world.workers.parse().unwrap())
        .with(ScriptedHandler::<true> { clock, script: script.clone(), log: log.clone() })
        .with(ScriptedHandler::<false> { clock, script, log: log.clone() });
    (handlers, log)
}

/// Records a run that is dropped before it ends.
struct DropRecorder<'p> {
    log: &'p ScriptLog,
    clock: RuntimeClock,
    job: Option<JobId>,
}

impl Drop for DropRecorder<'_> {
    fn drop(&mut self) {
        if let Some(job) = self.job {
            self.log.dropped.lock().push((job, self.clock.0.elapsed().as_secs()));
        }
    }
}

impl<const IS_PHOTO: bool> JobHandler for ScriptedHandler<IS_PHOTO> {
    const KIND: &'static str = if IS_PHOTO { uploads::IMAGES } else { uploads::RECORDINGS };
    type Params = serde::de::IgnoredAny;

    async fn run(&self, ctx: &Ctx, lease: &JobLease, _: Self::Params) -> Result<JobCommit> {
        let id = lease.job.id;
        let now = self.clock.0.elapsed().as_secs();
        self.log.started.lock().push((id, now));
        let mut guard = DropRecorder { log: &self.log, clock: self.clock, job: Some(id) };
        let busy = Error::new(ErrorKind::Upstream, "the reader is overloaded").transient();
        let outcome = match (self.script)(Self::KIND, now) {
            ScriptedOutcome::Succeeds(seconds) => {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                lease.files_done(2).await.map(|()| entry_commit(ctx, id))
            }
            ScriptedOutcome::FailsTransiently => Err(busy),
            ScriptedOutcome::FailsWithRetryAfter(seconds) => Err(busy.retry_after(seconds)),
            ScriptedOutcome::FailsPermanently => Err(Error::invalid("page 2 is not an image").hint("take it again")),
            ScriptedOutcome::Panics => panic!("scripted panic"),
        };
        guard.job = None;
        outcome
    }
}

/// Builds a commit that adds an entry whose text is the job's id.
fn entry_commit(ctx: &Ctx, job: JobId) -> JobCommit {
    let typed = TextInput {
        text: format!("Entry of {job}"),
        date: None,
        time: None,
        source: SourceType::Photo,
        tags: Vec::new(),
    };
    let draft = ingest::draft_from_text(ctx, &typed).unwrap();
    let trail = crate::services::audit::AuditRecorder::from_ctx(ctx);
    handler::commit(move |db| {
        let entry = draft.add(db, &trail)?;
        let result = Map::from_iter([("entry_id".to_owned(), entry.0.into())]);
        Ok(JobOutput { result, entry: Some(entry), ..JobOutput::default() })
    })
}

/// A running worker.
struct RunningWorker {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl RunningWorker {
    fn start(app: &Arc<AppState>, table: HandlerRegistry) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { stop, task: tokio::spawn(JobWorker::new(app.clone(), table, stopped).run()) }
    }

    /// Stops as on SIGTERM: a graceful shutdown.
    async fn stop(self) {
        self.stop.send(true).unwrap();
        self.task.await.unwrap();
    }

    /// Stops as on SIGKILL.
    async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

/// Asserts that every job ran once.
fn assert_each_ran_once(played: &ScriptLog) {
    let begun = played.started();
    let ids: HashMap<JobId, usize> = begun.iter().fold(HashMap::new(), |mut ids, (id, _)| {
        *ids.entry(*id).or_default() += 1;
        ids
    });
    assert!(ids.values().all(|times| *times == 1), "{begun:?}");
}

#[tokio::test(start_paused = true)]
async fn a_write_wakes_an_idle_worker_before_the_next_poll() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(1));
    let server = RunningWorker::start(&world.app, table);
    let first = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    wait_for_status(&world.ada(), first, "succeeded").await;

    let written = world.elapsed_seconds();
    let second = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    wait_for_status(&world.ada(), second, "succeeded").await;

    assert!(played.start_times(second)[0] - written < 5, "{:?} after {written}", played.start_times(second));
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn jobs_start_in_enqueue_order_and_run_concurrently() {
    let world = JobTestWorld::new("2").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(60));
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(enqueue_upload(&world.ada(), uploads::IMAGES).await);
    }
    let server = RunningWorker::start(&world.app, table);
    for id in &ids {
        wait_for_status(&world.ada(), *id, "succeeded").await;
    }

    let begun = played.started();
    assert_eq!(begun.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
    assert_eq!(begun[1].1 - begun[0].1, 0, "two run at once");
    assert!(begun[2].1 - begun[0].1 >= 60, "the third waits");
    assert_eq!(count_entries(&world.ada()).await, 4);
    let job = get_job(&world.ada(), ids[0]).await;
    assert_eq!((job.attempts, job.progress_current, job.progress_total), (1, 3, 3));
    assert!(job.started_at.is_some() && job.finished_at.is_some() && job.error_message.is_none());
    // Of two jobs that end at once, either may be stored first.
    assert!([1, 2].map(serde_json::Value::from).contains(&job.result.unwrap()["entry_id"]));
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_users_long_queue_does_not_delay_another_user() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(60));
    for _ in 0..20 {
        enqueue_upload(&world.ada(), uploads::IMAGES).await;
    }
    let bobs = enqueue_upload(&world.bob(), uploads::IMAGES).await;
    let server = RunningWorker::start(&world.app, table);

    wait_for_status(&world.bob(), bobs, "succeeded").await;

    let before = played.started().iter().position(|(id, _)| *id == bobs).unwrap();
    assert!(before <= 1, "{before} of Ada's jobs started first");
    assert_eq!(count_entries(&world.bob()).await, 1);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_panicking_job_fails_alone_without_its_panic_message() {
    let world = JobTestWorld::new("1").await;
    let (table, _) = scripted_handlers(&world, |kind, _| match kind {
        uploads::IMAGES => ScriptedOutcome::Panics,
        _ => ScriptedOutcome::Succeeds(1),
    });
    let bad = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    let good = enqueue_upload(&world.ada(), uploads::RECORDINGS).await;
    let server = RunningWorker::start(&world.app, table);

    wait_for_status(&world.ada(), good, "succeeded").await;

    let bad = wait_for_status(&world.ada(), bad, "failed").await;
    assert_eq!(bad.error_message.unwrap(), "internal error; see the server log");
    server.stop().await;
}

/// Returns the ids of the media files of a job's upload.
async fn media_ids(ctx: &Ctx, job: JobId) -> Vec<Uuid> {
    let files = ctx.read(Scope::Ingest, move |db| uploads::list_files(db, job)).await.unwrap();
    files.into_iter().map(|file| file.media).collect()
}
