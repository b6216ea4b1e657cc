//! Cancel, retry and upload retention.

use super::*;
use crate::jobs::control::delete_expired_uploads;
use crate::jobs::{cancel, retry};

#[tokio::test(start_paused = true)]
async fn cancelling_a_running_job_aborts_it_at_once() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(600));
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    let server = RunningWorker::start(&world.app, table);
    wait_for_status(&world.ada(), id, "running").await;
    let at = world.elapsed_seconds();

    assert_eq!(cancel(&world.ada(), id).await.unwrap().status, "cancelled");

    while played.dropped().is_empty() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(played.dropped()[0].1 - at < 5, "{:?} after {at}", played.dropped());
    let job = get_job(&world.ada(), id).await;
    assert_eq!((job.status.as_str(), job.status_detail), ("cancelled", None));
    assert_eq!(count_entries(&world.ada()).await, 0);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn another_processs_job_is_aborted_at_its_next_heartbeat() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(600));
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    let server = RunningWorker::start(&world.open_again(), table);
    wait_for_status(&world.ada(), id, "running").await;
    let at = world.elapsed_seconds();

    cancel(&world.ada(), id).await.unwrap();

    while played.dropped().is_empty() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(played.dropped()[0].1 - at <= 45, "{:?} after {at}", played.dropped());
    assert_eq!((get_job(&world.ada(), id).await.status.as_str(), count_entries(&world.ada()).await), ("cancelled", 0));
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_job_waiting_for_a_retry_can_be_cancelled_and_retried() {
    let world = JobTestWorld::new("1").await;
    let (table, played) = scripted_handlers(&world, |_, now| {
        if now < 100 { ScriptedOutcome::FailsTransiently } else { ScriptedOutcome::Succeeds(1) }
    });
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    let server = RunningWorker::start(&world.app, table);
    wait_for_retry(&world.ada(), id).await;
    cancel(&world.ada(), id).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1000)).await;
    assert_eq!((played.started().len(), get_job(&world.ada(), id).await.status.as_str()), (1, "cancelled"));

    let queued = retry(&world.ada(), id).await.unwrap();

    assert_eq!((queued.status.as_str(), queued.attempts, queued.finished_at), ("queued", 0, None));
    let done = wait_for_status(&world.ada(), id, "succeeded").await;
    assert_eq!((done.attempts, count_entries(&world.ada()).await), (1, 1));
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn impossible_cancels_and_retries_are_refused_with_a_reason() {
    let world = JobTestWorld::new("1").await;
    let (table, _) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(1));
    let id = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    let refused = |error: Error| (error.kind(), error.to_string());

    assert_eq!(
        refused(retry(&world.ada(), id).await.unwrap_err()),
        (ErrorKind::Conflict, "the job has not failed: it is queued".to_owned())
    );
    assert_eq!(refused(cancel(&world.bob(), id).await.unwrap_err()).0, ErrorKind::NotFound, "not visible to Bob");
    let server = RunningWorker::start(&world.app, table);
    wait_for_status(&world.ada(), id, "succeeded").await;
    let error = cancel(&world.ada(), id).await.unwrap_err();
    assert_eq!(error.wire_code(), "job_ended");
    assert_eq!(refused(error).1, "the job has ended: it succeeded");
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_upload_and_its_files_are_deleted_after_thirty_days() {
    let world = JobTestWorld::new("1").await;
    let ada = world.ada();
    let (dropped, waiting) = (enqueue_upload(&ada, uploads::IMAGES).await, enqueue_upload(&ada, uploads::IMAGES).await);
    let folder = world.app.store.data.media(ada.notebook().unwrap());
    let sealed = |id: Uuid| folder.join(format!("{id}.age"));
    let (hers, others) = (media_ids(&ada, dropped).await, media_ids(&ada, waiting).await);
    for id in hers.iter().chain(&others) {
        std::fs::write(sealed(*id), "sealed").unwrap();
    }
    cancel(&ada, dropped).await.unwrap();

    tokio::time::advance(Duration::from_hours(29 * 24)).await;
    delete_expired_uploads(&ada).await.unwrap();
    assert_eq!(media_ids(&ada, dropped).await, hers);
    tokio::time::advance(Duration::from_hours(2 * 24)).await;
    delete_expired_uploads(&ada).await.unwrap();

    assert!(media_ids(&ada, dropped).await.is_empty());
    assert!(hers.iter().all(|id| !sealed(*id).exists()) && others.iter().all(|id| sealed(*id).exists()));
    assert_eq!(retry(&ada, dropped).await.unwrap_err().wire_code(), "upload_gone");
    assert_eq!(media_ids(&ada, waiting).await, others);
}
