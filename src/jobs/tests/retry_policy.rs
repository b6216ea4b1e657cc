//! Transient failures: retry, backoff and notification.

use super::*;
use crate::domain::job_notification::{FailureClass, JobOutcome, JobResultCounts};
use crate::jobs::drain::run_due_jobs;

/// Returns the seconds between consecutive times.
fn gaps(times: &[u64]) -> Vec<u64> {
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// Asserts delays of at least these seconds, at most 2 seconds longer.
#[track_caller]
fn assert_gaps(gaps: &[u64], wanted: &[u64]) {
    let fits =
        gaps.len() == wanted.len() && gaps.iter().zip(wanted).all(|(gap, wanted)| (*wanted..wanted + 3).contains(gap));
    assert!(fits, "{gaps:?} instead of {wanted:?}");
}

#[tokio::test(start_paused = true)]
async fn p14_an_hour_of_provider_downtime_blocks_no_worker() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |kind, now| match kind {
        uploads::IMAGES if now < 3600 => ScriptedOutcome::FailsTransiently,
        _ => ScriptedOutcome::Succeeds(0),
    });
    let server = RunningWorker::start(&world.app, table);
    let mut down = Vec::new();
    for _ in 0..8 {
        down.push(enqueue_upload(&world.ada(), uploads::IMAGES).await);
    }
    for id in &down {
        wait_for_retry(&world.ada(), *id).await;
    }

    let other = enqueue_upload(&world.ada(), uploads::RECORDINGS).await;
    let begun = world.elapsed_seconds();
    wait_for_status(&world.ada(), other, "succeeded").await;

    assert!(world.elapsed_seconds() - begun < 10, "the only worker was free: {}", world.elapsed_seconds() - begun);
    for id in down {
        let job = wait_for_status(&world.ada(), id, "succeeded").await;
        assert_eq!((job.status_detail, job.error_message), (None, None));
        assert_gaps(&gaps(&played.start_times(id)), &[180, 360, 720, 1440, 2880]);
    }
    assert_eq!(count_entries(&world.ada()).await, 9);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn b24_a_job_waiting_for_a_retry_is_running_with_retry_time() {
    let world = JobTestWorld::new("1").await;
    let (table, _) = scripted_handlers(&world, |_, _| ScriptedOutcome::FailsTransiently);
    let server = RunningWorker::start(&world.app, table);
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;

    let waiting = wait_for_retry(&world.ada(), id).await;

    let running =
        query::JobListQuery { status: Some("running".to_owned()), limit: 20, ..query::JobListQuery::default() };
    assert_eq!(query::list(&world.ada(), running).await.unwrap().items[0].id, id);
    let detail = waiting.status_detail.unwrap();
    assert!(detail.starts_with("the reader is overloaded; trying again in 3 minutes, at 12:0"), "{detail}");
    assert!(waiting.finished_at.is_none() && waiting.error_message.is_none());
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_job_fails_after_its_last_retry_and_keeps_its_upload() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::FailsTransiently);
    let server = RunningWorker::start(&world.app, table);
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;

    let job = wait_for_status(&world.ada(), id, "failed").await;

    assert_gaps(&gaps(&played.start_times(id)), &[180, 360, 720, 1440, 2880]);
    let message = job.error_message.unwrap();
    assert_eq!(message, "the reader is overloaded (6 attempts); the input is kept, retry the job later");
    assert_eq!(job.status_detail, None);
    assert_eq!(media_ids(&world.ada(), id).await.len(), FILES);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn retry_after_of_the_provider_is_respected() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, now| {
        if now < 300 { ScriptedOutcome::FailsWithRetryAfter(900) } else { ScriptedOutcome::Succeeds(1) }
    });
    let server = RunningWorker::start(&world.app, table);
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;

    wait_for_status(&world.ada(), id, "succeeded").await;

    assert_gaps(&gaps(&played.start_times(id)), &[900]);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_fails_at_once() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::FailsPermanently);
    let server = RunningWorker::start(&world.app, table);
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;

    let job = wait_for_status(&world.ada(), id, "failed").await;

    assert_eq!(played.started().len(), 1);
    assert_eq!(job.error_message.as_deref(), Some("page 2 is not an image; take it again"));
    assert_eq!(media_ids(&world.ada(), id).await.len(), FILES, "for `journal job retry`");
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_scheduled_retry_survives_a_restart() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, now| {
        if now < 100 { ScriptedOutcome::FailsTransiently } else { ScriptedOutcome::Succeeds(1) }
    });
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    let dying = RunningWorker::start(&world.open_again(), table.clone());
    wait_for_retry(&world.ada(), id).await;
    dying.kill().await;

    let server = RunningWorker::start(&world.app, table);
    wait_for_status(&world.ada(), id, "succeeded").await;

    assert_gaps(&gaps(&played.start_times(id)), &[180]);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_drain_runs_due_jobs_and_leaves_scheduled_retries() {
    let world = JobTestWorld::new("2").await;
    let (table, played) = scripted_handlers(&world, |kind, _| match kind {
        uploads::IMAGES => ScriptedOutcome::FailsTransiently,
        _ => ScriptedOutcome::Succeeds(5),
    });
    let waits = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    for _ in 0..3 {
        enqueue_upload(&world.ada(), uploads::RECORDINGS).await;
    }
    let seen = Mutex::new((0, 0));

    let done = run_due_jobs(&world.ada(), &table, &|now, total| *seen.lock() = (now, total)).await.unwrap();

    assert_eq!((done.succeeded, done.failed), (3, 0));
    assert!(world.elapsed_seconds() < 60, "the retry was not waited for: {}", world.elapsed_seconds());
    assert_eq!(get_job(&world.ada(), waits).await.status, "running");
    assert_eq!(played.start_times(waits).len(), 1);
    assert_eq!(*seen.lock(), (6, 12));
    let after = crate::jobs::drain(&world.ada(), Scope::Ingest, &|_, _| {}).await.unwrap();
    assert_eq!((after.waiting, after.next_at.is_some()), (1, true));
}

#[tokio::test(start_paused = true)]
async fn the_owner_is_notified_of_the_first_retry_and_of_the_outcome() {
    let world = JobTestWorld::new("1").await;
    world.app.notification_queue.set_consumer_ready();
    let (table, _) = scripted_handlers(&world, |kind, now| match kind {
        uploads::RECORDINGS => ScriptedOutcome::FailsPermanently,
        _ if now < 1000 => ScriptedOutcome::FailsTransiently,
        _ => ScriptedOutcome::Succeeds(1),
    });
    let server = RunningWorker::start(&world.app, table);
    let late = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    wait_for_status(&world.ada(), late, "succeeded").await;
    let wrong = enqueue_upload(&world.bob(), uploads::RECORDINGS).await;
    wait_for_status(&world.bob(), wrong, "failed").await;

    let notifications: Vec<_> = std::iter::from_fn(|| world.app.notification_queue.take()).collect();

    let (ada, bob) = (world.ada().caller.user.unwrap().id, world.bob().caller.user.unwrap().id);
    let events = notifications.iter().map(|(owner, event)| (*owner, event.job, event.kind, event.outcome));
    let events = events.collect::<Vec<_>>();
    let expected = [
        (ada, late, uploads::IMAGES, JobOutcome::Retrying { attempt: 1, seconds: 180 }),
        (ada, late, uploads::IMAGES, JobOutcome::Succeeded(JobResultCounts::default())),
        (bob, wrong, uploads::RECORDINGS, JobOutcome::Failed(FailureClass::Input)),
    ];
    assert_eq!(events, expected);
    server.stop().await;
}
