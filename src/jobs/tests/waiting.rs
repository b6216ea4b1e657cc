//! What goes wrong for a while, and what waits for it.

use super::*;
use crate::jobs::drain::attempt_all;
use crate::model::notice::Class;
use crate::model::notice::Outcome;

/// Seconds between one number and the next.
fn gaps(times: &[u64]) -> Vec<u64> {
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// Asserts waits of at least these seconds, and little more.
#[track_caller]
fn about(gaps: &[u64], wanted: &[u64]) {
    let fits =
        gaps.len() == wanted.len() && gaps.iter().zip(wanted).all(|(gap, wanted)| (*wanted..wanted + 3).contains(gap));
    assert!(fits, "{gaps:?} instead of {wanted:?}");
}

#[tokio::test(start_paused = true)]
async fn p14_a_provider_that_is_down_for_an_hour_costs_no_worker() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |kind, now| match kind {
        uploads::IMAGES if now < 3600 => Scene::Busy,
        _ => Scene::Makes(0),
    });
    let server = Serving::begin(&world.app, table);
    let mut down = Vec::new();
    for _ in 0..8 {
        down.push(left(&world.ada(), uploads::IMAGES).await);
    }
    for id in &down {
        until_waiting(&world.ada(), *id).await;
    }

    let other = left(&world.ada(), uploads::RECORDINGS).await;
    let begun = world.now();
    until(&world.ada(), other, "succeeded").await;

    assert!(world.now() - begun < 10, "the one worker was free: {}", world.now() - begun);
    for id in down {
        let job = until(&world.ada(), id, "succeeded").await;
        assert_eq!((job.status_detail, job.error_message), (None, None));
        about(&gaps(&played.times(id)), &[180, 360, 720, 1440, 2880]);
    }
    assert_eq!(entries(&world.ada()).await, 9);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn b24_a_job_that_waits_is_running_and_says_until_when() {
    let world = World::new("1").await;
    let (table, _) = scripted(&world, |_, _| Scene::Busy);
    let server = Serving::begin(&world.app, table);
    let id = left(&world.ada(), uploads::IMAGES).await;

    let waiting = until_waiting(&world.ada(), id).await;

    let running = queue::List { status: Some("running".to_owned()), limit: 20, ..queue::List::default() };
    assert_eq!(queue::list(&world.ada(), running).await.unwrap().items[0].id, id);
    let detail = waiting.status_detail.unwrap();
    assert!(detail.starts_with("the reader is overloaded; trying again in 3 minutes, at 12:0"), "{detail}");
    assert!(waiting.finished_at.is_none() && waiting.error_message.is_none());
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_schedule_is_used_up_fails_and_keeps_its_upload() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, _| Scene::Busy);
    let server = Serving::begin(&world.app, table);
    let id = left(&world.ada(), uploads::IMAGES).await;

    let job = until(&world.ada(), id, "failed").await;

    about(&gaps(&played.times(id)), &[180, 360, 720, 1440, 2880]);
    let message = job.error_message.unwrap();
    assert_eq!(message, "the reader is overloaded, 6 times in all; what came in is kept, so try again later");
    assert_eq!(job.status_detail, None);
    assert_eq!(originals(&world.ada(), id).await.len(), FILES);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_says_when_to_come_back_is_listened_to() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, now| if now < 300 { Scene::BusyFor(900) } else { Scene::Makes(1) });
    let server = Serving::begin(&world.app, table);
    let id = left(&world.ada(), uploads::IMAGES).await;

    until(&world.ada(), id, "succeeded").await;

    about(&gaps(&played.times(id)), &[900]);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_cannot_pass_fails_at_once() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, _| Scene::Wrong);
    let server = Serving::begin(&world.app, table);
    let id = left(&world.ada(), uploads::IMAGES).await;

    let job = until(&world.ada(), id, "failed").await;

    assert_eq!((played.begun().len(), job.error_message.as_deref()), (1, Some("page 2 is no picture; take it again")));
    assert_eq!(originals(&world.ada(), id).await.len(), FILES, "for `journal job retry`");
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_wait_outlives_the_server() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, now| if now < 100 { Scene::Busy } else { Scene::Makes(1) });
    let id = left(&world.ada(), uploads::IMAGES).await;
    let dying = Serving::begin(&world.another(), table.clone());
    until_waiting(&world.ada(), id).await;
    dying.kill().await;

    let server = Serving::begin(&world.app, table);
    until(&world.ada(), id, "succeeded").await;

    about(&gaps(&played.times(id)), &[180]);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_command_works_on_what_is_due_and_leaves_what_waits() {
    let world = World::new("2").await;
    let (table, played) = scripted(&world, |kind, _| match kind {
        uploads::IMAGES => Scene::Busy,
        _ => Scene::Makes(5),
    });
    let waits = left(&world.ada(), uploads::IMAGES).await;
    for _ in 0..3 {
        left(&world.ada(), uploads::RECORDINGS).await;
    }
    let seen = Mutex::new((0, 0));

    let done = attempt_all(&world.ada(), &table, &|now, total| *seen.lock().unwrap() = (now, total)).await.unwrap();

    assert_eq!((done.succeeded, done.failed), (3, 0));
    assert!(world.now() < 60, "it did not wait: {}", world.now());
    assert_eq!(shown(&world.ada(), waits).await.status, "running");
    assert_eq!(played.times(waits).len(), 1);
    assert_eq!(*seen.lock().unwrap(), (6, 12));
    let left = crate::jobs::drain(&world.ada(), Scope::Ingest, &|_, _| {}).await.unwrap();
    assert_eq!((left.waiting, left.next_at.is_some()), (1, true));
}

#[tokio::test(start_paused = true)]
async fn the_owner_hears_of_the_first_wait_and_of_the_end_and_of_nothing_else() {
    let world = World::new("1").await;
    world.app.bell.attend();
    let (table, _) = scripted(&world, |kind, now| match kind {
        uploads::RECORDINGS => Scene::Wrong,
        _ if now < 1000 => Scene::Busy,
        _ => Scene::Makes(1),
    });
    let server = Serving::begin(&world.app, table);
    let late = left(&world.ada(), uploads::IMAGES).await;
    until(&world.ada(), late, "succeeded").await;
    let wrong = left(&world.bob(), uploads::RECORDINGS).await;
    until(&world.bob(), wrong, "failed").await;

    let heard: Vec<_> = std::iter::from_fn(|| world.app.bell.take()).collect();

    let (ada, bob) = (world.ada().caller.user.unwrap().id, world.bob().caller.user.unwrap().id);
    let told = heard.iter().map(|(owner, event)| (*owner, event.job, event.kind, event.outcome)).collect::<Vec<_>>();
    let expected = [
        (ada, late, uploads::IMAGES, Outcome::Retrying { attempt: 1, seconds: 180 }),
        (ada, late, uploads::IMAGES, Outcome::Succeeded(Counts::default())),
        (bob, wrong, uploads::RECORDINGS, Outcome::Failed(Class::Input)),
    ];
    assert_eq!(told, expected);
    server.stop().await;
}
