//! Who works on a job, and what becomes of it when they die.

use std::sync::Arc;

use tokio::sync::Notify;

use super::*;
use crate::jobs::alive::Alive;
use crate::jobs::alive::Hold;
use crate::jobs::attempt::Attempt;
use crate::jobs::attempt::Ended;
use crate::jobs::attempt::kinds;

/// Claims a job as another process does.
async fn claimed(ctx: &Ctx, table: &Table) -> Attempt {
    let Hold::Got(alive) = Alive::default().on(ctx, &kinds(table)).await.unwrap() else { panic!("not alone") };
    Attempt::claim(ctx, table, alive, Arc::default()).await.unwrap().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_nobody_prolongs_runs_out_and_its_holder_cannot_finish() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, _| Scene::Makes(1));
    let id = left(&world.ada(), uploads::IMAGES).await;
    // Another process stands still right after it claimed the job.
    let other = world.another();
    let hung = claimed(&of(&other, ADA), &table).await;
    let server = Serving::begin(&world.app, table);

    let job = until(&world.ada(), id, "succeeded").await;
    let (_never, stop) = watch::channel(false);
    let late = hung.run(Arc::new(Notify::new()), stop).await;

    assert_eq!(late, Ended::Lost);
    assert_eq!((job.attempts, entries(&world.ada()).await), (2, 1));
    assert!((120..130).contains(&played.begun()[0].1), "it began when the claim ran out: {:?}", played.begun());
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_dead_processs_claim_is_taken_over_at_once() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, _| Scene::Makes(600));
    let id = left(&world.ada(), uploads::IMAGES).await;
    let dying = Serving::begin(&world.another(), table);
    until(&world.ada(), id, "running").await;
    dying.kill().await;
    let died = world.now();

    let (table, again) = scripted(&world, |_, _| Scene::Makes(1));
    let server = Serving::begin(&world.app, table);
    let job = until(&world.ada(), id, "succeeded").await;

    assert_eq!(played.times(id).len(), 1);
    assert!(again.times(id)[0] - died < 5, "at once: {:?} after {died}", again.times(id));
    assert_eq!((job.attempts, entries(&world.ada()).await), (2, 1));
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_claim_is_prolonged_as_long_as_its_holder_works() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, _| Scene::Makes(3600));
    let id = left(&world.ada(), uploads::IMAGES).await;
    let server = Serving::begin(&world.app, table);
    until(&world.ada(), id, "running").await;
    let (table, others) = scripted(&world, |_, _| Scene::Makes(1));
    let second = Serving::begin(&world.another(), table);

    until(&world.ada(), id, "succeeded").await;

    assert_eq!((played.times(id).len(), others.begun().len()), (1, 0));
    assert_eq!(entries(&world.ada()).await, 1);
    server.stop().await;
    second.stop().await;
}

#[tokio::test(start_paused = true)]
async fn two_processes_share_a_line_and_no_job_is_worked_on_twice() {
    let world = World::new("2").await;
    let (table, played) = scripted(&world, |_, _| Scene::Makes(30));
    let (first, second) = (Serving::begin(&world.app, table.clone()), Serving::begin(&world.another(), table));
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(left(&world.ada(), uploads::IMAGES).await);
    }

    for id in ids {
        until(&world.ada(), id, "succeeded").await;
    }

    once(&played);
    assert_eq!(entries(&world.ada()).await, 12);
    first.stop().await;
    second.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_waits_for_no_provider_and_puts_its_jobs_back() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, _| Scene::Makes(600));
    let id = left(&world.ada(), uploads::IMAGES).await;
    let server = Serving::begin(&world.app, table.clone());
    until(&world.ada(), id, "running").await;
    let began = world.now();

    server.stop().await;

    assert!(world.now() - began < 5, "it waited");
    assert_eq!(shown(&world.ada(), id).await.status, "queued");
    assert_eq!(played.dropped().len(), 1);
    let next = Serving::begin(&world.another(), table);
    until(&world.ada(), id, "succeeded").await;
    assert!(played.times(id)[1] - began < 10, "the next one begins at once: {:?}", played.times(id));
    next.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_job_that_kills_every_server_is_given_up() {
    let world = World::new("1").await;
    let (table, played) = scripted(&world, |_, _| Scene::Makes(600));
    let id = left(&world.ada(), uploads::IMAGES).await;
    for round in 1..=10 {
        let server = Serving::begin(&world.another(), table.clone());
        while played.begun().len() < round {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        server.kill().await;
    }
    let server = Serving::begin(&world.app, table);

    let job = until(&world.ada(), id, "failed").await;

    assert_eq!(played.begun().len(), 10);
    assert!(job.error_message.unwrap().starts_with("the server ended 10 times while it worked on this; "));
    assert_eq!(originals(&world.ada(), id).await.len(), FILES, "the upload is kept");
    server.stop().await;
}
