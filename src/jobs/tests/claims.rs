//! Leases: expiry, renewal, release on shutdown and takeover after a crash.

use std::sync::Arc;

use tokio::sync::Notify;

use super::*;
use crate::jobs::run::{JobRun, RunOutcome};
use crate::jobs::worker_lock::{LockState, WorkerLock};

/// Claims a job as another process does.
async fn claim_as_other_process(ctx: &Ctx, table: &HandlerRegistry) -> JobRun {
    let LockState::Acquired(lock) = WorkerLock::default().acquire(ctx, table).await.unwrap() else {
        panic!("lock not acquired")
    };
    JobRun::claim(ctx, table, lock, Arc::default()).await.unwrap().unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_expired_lease_is_reclaimed_and_its_holder_cannot_commit() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(1));
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    // Another process hangs right after it claimed the job.
    let other = world.open_again();
    let hung = claim_as_other_process(&ctx_for(&other, ADA), &table).await;
    let server = RunningWorker::start(&world.app, table);

    let job = wait_for_status(&world.ada(), id, "succeeded").await;
    let (_never, stop) = watch::channel(false);
    let late = hung.run(Arc::new(Notify::new()), stop).await.unwrap();

    assert_eq!(late, [RunOutcome::LeaseLost]);
    assert_eq!((job.attempts, count_entries(&world.ada()).await), (2, 1));
    assert!((120..130).contains(&played.started()[0].1), "started when the lease expired: {:?}", played.started());
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_dead_processs_claim_is_released_at_once() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(600));
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    let dying = RunningWorker::start(&world.open_again(), table);
    wait_for_status(&world.ada(), id, "running").await;
    dying.kill().await;
    let died = world.elapsed_seconds();

    let (table, second) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(1));
    let server = RunningWorker::start(&world.app, table);
    let job = wait_for_status(&world.ada(), id, "succeeded").await;

    assert_eq!(played.start_times(id).len(), 1);
    assert!(second.start_times(id)[0] - died < 5, "started at once: {:?} after {died}", second.start_times(id));
    assert_eq!((job.attempts, count_entries(&world.ada()).await), (2, 1));
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_running_job_renews_its_lease() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(3600));
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    let server = RunningWorker::start(&world.app, table);
    wait_for_status(&world.ada(), id, "running").await;
    let (table, others) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(1));
    let second = RunningWorker::start(&world.open_again(), table);

    wait_for_status(&world.ada(), id, "succeeded").await;

    assert_eq!((played.start_times(id).len(), others.started().len()), (1, 0));
    assert_eq!(count_entries(&world.ada()).await, 1);
    server.stop().await;
    second.stop().await;
}

#[tokio::test(start_paused = true)]
async fn two_processes_share_a_queue_and_run_no_job_twice() {
    let world = JobTestWorld::new("2").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(30));
    let (first, second) =
        (RunningWorker::start(&world.app, table.clone()), RunningWorker::start(&world.open_again(), table));
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(enqueue_upload(&world.ada(), uploads::IMAGES).await);
    }

    for id in ids {
        wait_for_status(&world.ada(), id, "succeeded").await;
    }

    assert_each_ran_once(&played);
    assert_eq!(count_entries(&world.ada()).await, 12);
    first.stop().await;
    second.stop().await;
}

#[tokio::test(start_paused = true)]
async fn graceful_shutdown_releases_running_jobs_without_waiting() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(600));
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    let server = RunningWorker::start(&world.app, table.clone());
    wait_for_status(&world.ada(), id, "running").await;
    let began = world.elapsed_seconds();

    server.stop().await;

    assert!(world.elapsed_seconds() - began < 5, "the shutdown waited for the provider");
    assert_eq!(get_job(&world.ada(), id).await.status, "queued");
    assert_eq!(played.dropped().len(), 1);
    let next = RunningWorker::start(&world.open_again(), table);
    wait_for_status(&world.ada(), id, "succeeded").await;
    assert!(played.start_times(id)[1] - began < 10, "the next worker starts it at once: {:?}", played.start_times(id));
    next.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_job_that_crashes_every_server_fails_after_ten_crashes() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(600));
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    for round in 1..=10 {
        let server = RunningWorker::start(&world.open_again(), table.clone());
        while played.started().len() < round {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        server.kill().await;
    }
    let server = RunningWorker::start(&world.app, table);

    let job = wait_for_status(&world.ada(), id, "failed").await;

    assert_eq!(played.started().len(), 10);
    assert!(job.error_message.unwrap().starts_with("the server stopped 10 times while it ran this job; "));
    assert_eq!(media_ids(&world.ada(), id).await.len(), FILES, "the upload is kept");
    server.stop().await;
}
