//! Job worker of the server.
//!
//! One loop starts runs and never waits for them, in two lanes: one batch of embeddings at a time, and other jobs up to
//! the configured number of workers (backpressure: the rest stays in the database). Notebooks take turns in both lanes,
//! so a long queue does not delay other notebooks.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::app::state::AppState;
use crate::domain::id::NotebookId;
use crate::jobs::control;
use crate::jobs::handler::HandlerRegistry;
use crate::jobs::job_lane::JobLane;
use crate::jobs::registry::{background_embedding, job_handlers};
use crate::jobs::run::wait_for_shutdown;
use crate::services::accounts::users;
use crate::services::{auth, entries};

/// Interval at which notebooks written to by another process are polled; writes of this server wake the worker at
/// once.
const CHANGE_POLL_INTERVAL: Duration = Duration::from_secs(30);
/// Interval at which a queue locked by another process is tried again.
const BUSY_RETRY_INTERVAL: Duration = Duration::from_millis(200);
/// Interval at which due account deletions are carried out.
const PURGE_INTERVAL: Duration = Duration::from_hours(1);
/// Interval at which expired uploads and entries in the trash are deleted; each sweep opens every notebook.
const EXPIRY_SWEEP_INTERVAL: Duration = Duration::from_hours(24);

/// Runs the worker until `stop` is set (graceful shutdown): a started embedding batch is finished, running jobs are
/// released.
pub async fn run_worker(app: Arc<AppState>, stop: watch::Receiver<bool>) {
    let handlers = job_handlers(&app);
    JobWorker::new(app, handlers, stop).run().await;
}

fn periodic_interval(period: Duration) -> tokio::time::Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// Worker loop: claims due jobs and starts them.
pub(super) struct JobWorker {
    app: Arc<AppState>,
    stop: watch::Receiver<bool>,
    /// Embeddings have a lane of their own, so that they do not wait for slow providers.
    embeddings: JobLane,
    jobs: JobLane,
    /// Last modification time of each notebook's files: an unchanged notebook is not opened.
    last_changes: HashMap<NotebookId, Option<SystemTime>>,
}

impl JobWorker {
    pub(super) fn new(app: Arc<AppState>, handlers: HandlerRegistry, stop: watch::Receiver<bool>) -> Self {
        let (embeddings, jobs) = (JobLane::new(background_embedding()), JobLane::new(handlers));
        Self { app, stop, embeddings, jobs, last_changes: HashMap::new() }
    }

    pub(super) async fn run(mut self) {
        let (mut poll, mut retry_busy) =
            (periodic_interval(CHANGE_POLL_INTERVAL), periodic_interval(BUSY_RETRY_INTERVAL));
        let (mut stop, app) = (self.stop.clone(), self.app.clone());
        let mut chores = JoinSet::new();
        chores.spawn(purge_deleted_users(app.clone()));
        chores.spawn(sweep_expired_data(app.clone()));
        loop {
            let due = self.time_until_due();
            tokio::select! {
                biased;
                () = wait_for_shutdown(&mut stop) => break,
                _ = poll.tick() => self.enqueue_changed(),
                () = app.pending_work.notified() => self.enqueue_signalled(),
                () = tokio::time::sleep(due.unwrap_or_default()), if due.is_some() => self.enqueue_due(),
                _ = retry_busy.tick(), if self.embeddings.queue.has_deferred() || self.jobs.queue.has_deferred() => {
                    self.embeddings.queue.requeue_deferred();
                    self.jobs.queue.requeue_deferred();
                }
                Some(ended) = self.embeddings.running.join_next() => self.embeddings.finish(ended),
                Some(ended) = self.jobs.running.join_next() => self.jobs.finish(ended),
                () = std::future::ready(()), if self.embeddings.can_start() => self.embeddings.start(&self.stop).await,
                () = std::future::ready(()), if self.jobs.can_start() => self.jobs.start(&self.stop).await,
            }
        }
        chores.shutdown().await;
        // The runs get the stop signal too.
        for lane in [&mut self.jobs, &mut self.embeddings] {
            while let Some(ended) = lane.running.join_next().await {
                lane.finish(ended);
            }
        }
    }

    /// Enqueues the notebooks that some process wrote to since the last poll; initially all.
    fn enqueue_changed(&mut self) {
        let app = self.app.clone();
        let mut seen = std::mem::take(&mut self.last_changes);
        self.enqueue_matching(|id| {
            let changed = app.store.modified_at(id);
            seen.insert(id, changed) != Some(changed)
        });
        self.last_changes = seen;
        // The system clock may have been set.
        self.enqueue_due();
    }

    /// Enqueues the notebooks in which this server enqueued or cancelled jobs, and checks the leases of their running
    /// jobs.
    fn enqueue_signalled(&mut self) {
        let signalled = self.app.pending_work.take();
        for (id, check_lease) in self.jobs.lease_checks.values() {
            if signalled.contains(id) {
                check_lease.notify_one();
            }
        }
        self.enqueue_matching(|id| signalled.contains(&id));
    }

    /// Enqueues the notebooks in which a job is due.
    fn enqueue_due(&mut self) {
        let now = self.app.clock.now();
        let mut due = self.embeddings.queue.take_due(now);
        due.extend(self.jobs.queue.take_due(now));
        if !due.is_empty() {
            self.enqueue_matching(|id| due.contains(&id));
        }
    }

    fn enqueue_matching(&mut self, mut wanted: impl FnMut(NotebookId) -> bool) {
        let all = match auth::server_for_every_notebook(&self.app) {
            Ok(all) => all,
            Err(error) => return tracing::error!("listing the notebooks failed: {error:?}"),
        };
        for ctx in all {
            let Ok(id) = ctx.notebook() else { continue };
            if wanted(id) {
                self.embeddings.queue.push(id, &ctx);
                self.jobs.queue.push(id, &ctx);
            }
        }
    }

    /// Returns the time until the next job is due.
    fn time_until_due(&self) -> Option<Duration> {
        let next = self.embeddings.queue.next_due().into_iter().chain(self.jobs.queue.next_due()).min()?;
        Some(Duration::try_from(next.duration_since(self.app.clock.now())).unwrap_or_default())
    }
}

/// Carries out account deletions that are due.
async fn purge_deleted_users(app: Arc<AppState>) {
    let mut purge = periodic_interval(PURGE_INTERVAL);
    loop {
        purge.tick().await;
        match users::purge(&auth::server(app.clone())).await {
            Ok(receipt) => {
                for user in receipt.users {
                    let users::OwnedData { notebooks, entries, originals, .. } = user.data;
                    tracing::info!(user = %user.user_id, notebooks, entries, originals, "purged a deleted account");
                }
            }
            Err(error) => tracing::error!("purging deleted accounts failed: {error:?}"),
        }
    }
}

/// Deletes uploads past their retention, and entries whose days in the trash have passed.
async fn sweep_expired_data(app: Arc<AppState>) {
    let mut sweep = periodic_interval(EXPIRY_SWEEP_INTERVAL);
    loop {
        sweep.tick().await;
        let all = auth::server_for_every_notebook(&app).unwrap_or_else(|error| {
            tracing::error!("listing the notebooks for the sweep of expired data failed: {error:?}");
            Vec::new()
        });
        for ctx in all {
            if let Err(error) = control::delete_expired_uploads(&ctx).await {
                tracing::error!("deleting expired uploads failed: {error:?}");
            }
            match entries::purge_due_trash(&ctx).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "destroyed entries whose days in the trash have passed"),
                Err(error) => tracing::error!("purging the trash failed: {error:?}"),
            }
        }
    }
}
