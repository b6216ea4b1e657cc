//! Calling off, trying again, and what is kept for it.

use super::*;
use crate::jobs::cancel;
use crate::jobs::orders::forget_old_uploads;
use crate::jobs::retry;

#[tokio::test(start_paused = true)]
async fn a_running_job_that_is_called_off_is_given_up_at_once() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, _| Scene::Makes(600));
    let id = left(&world.ada(), uploads::IMAGES).await;
    let server = Serving::begin(&world.app, table);
    until(&world.ada(), id, "running").await;
    let at = world.now();

    assert_eq!(cancel(&world.ada(), id).await.unwrap().status, "cancelled");

    while played.dropped().is_empty() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(played.dropped()[0].1 - at < 5, "{:?} after {at}", played.dropped());
    let job = shown(&world.ada(), id).await;
    assert_eq!((job.status.as_str(), job.status_detail), ("cancelled", None));
    assert_eq!(entries(&world.ada()).await, 0);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn another_processs_job_is_given_up_when_it_next_looks() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, _| Scene::Makes(600));
    let id = left(&world.ada(), uploads::IMAGES).await;
    let server = Serving::begin(&world.another(), table);
    until(&world.ada(), id, "running").await;
    let at = world.now();

    cancel(&world.ada(), id).await.unwrap();

    while played.dropped().is_empty() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(played.dropped()[0].1 - at <= 45, "{:?} after {at}", played.dropped());
    assert_eq!((shown(&world.ada(), id).await.status.as_str(), entries(&world.ada()).await), ("cancelled", 0));
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_waiting_job_can_be_called_off_and_tried_again() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, now| if now < 100 { Scene::Busy } else { Scene::Makes(1) });
    let id = left(&world.ada(), uploads::IMAGES).await;
    let server = Serving::begin(&world.app, table);
    until_waiting(&world.ada(), id).await;
    cancel(&world.ada(), id).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1000)).await;
    assert_eq!((played.begun().len(), shown(&world.ada(), id).await.status.as_str()), (1, "cancelled"));

    let queued = retry(&world.ada(), id).await.unwrap();

    assert_eq!((queued.status.as_str(), queued.attempts, queued.finished_at), ("queued", 0, None));
    let done = until(&world.ada(), id, "succeeded").await;
    assert_eq!((done.attempts, entries(&world.ada()).await), (1, 1));
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_order_that_makes_no_sense_is_refused_with_its_reason() {
    let world = World::new("1").await;
    let (table, _) = scripted(&world, |_, _| Scene::Makes(1));
    let id = left(&world.ada(), uploads::IMAGES).await;
    let refused = |error: Error| (error.kind(), error.to_string());

    assert_eq!(
        refused(retry(&world.ada(), id).await.unwrap_err()),
        (Kind::Conflict, "the job has not failed: it is queued".to_owned())
    );
    assert_eq!(refused(cancel(&world.bob(), id).await.unwrap_err()).0, Kind::NotFound, "Bob has no such job");
    let server = Serving::begin(&world.app, table);
    until(&world.ada(), id, "succeeded").await;
    let error = cancel(&world.ada(), id).await.unwrap_err();
    assert_eq!(error.wire_code(), "job_ended");
    assert_eq!(refused(error).1, "the job has ended: it succeeded");
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_upload_is_kept_for_thirty_days_and_then_goes_with_its_files() {
    let world = World::new("1").await;
    let ada = world.ada();
    let (dropped, waiting) = (left(&ada, uploads::IMAGES).await, left(&ada, uploads::IMAGES).await);
    let folder = world.app.store.data.media(ada.notebook().unwrap());
    let sealed = |id: Uuid| folder.join(format!("{id}.age"));
    let (hers, others) = (originals(&ada, dropped).await, originals(&ada, waiting).await);
    for id in hers.iter().chain(&others) {
        std::fs::write(sealed(*id), "sealed").unwrap();
    }
    cancel(&ada, dropped).await.unwrap();

    tokio::time::advance(Duration::from_hours(29 * 24)).await;
    forget_old_uploads(&ada).await.unwrap();
    assert_eq!(originals(&ada, dropped).await, hers);
    tokio::time::advance(Duration::from_hours(2 * 24)).await;
    forget_old_uploads(&ada).await.unwrap();

    assert!(originals(&ada, dropped).await.is_empty());
    assert!(hers.iter().all(|id| !sealed(*id).exists()) && others.iter().all(|id| sealed(*id).exists()));
    assert_eq!(retry(&ada, dropped).await.unwrap_err().wire_code(), "upload_gone");
    assert_eq!(originals(&ada, waiting).await, others);
}
