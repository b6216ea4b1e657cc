//! Embeddings: batches, and jobs without work.

use super::*;
use crate::jobs::embed_pending;
use crate::storage::notebook::{entries, jobs};

#[tokio::test]
async fn pending_embeddings_are_drained_in_batches() {
    let world = JobTestWorld::new("1").await;
    let ada = world.ada();
    for number in 0..40 {
        ingest::write(&ada, &format!("Entry {number}."), None).await.unwrap();
    }
    let seen = Mutex::new((0, 0));

    let done = embed_pending(&ada, Scope::Ingest, &|now, total| *seen.lock() = (now, total)).await.unwrap();

    assert_eq!((done.succeeded, done.failed, done.unfindable), (40, 0, 0));
    assert_eq!(*seen.lock(), (40, 40));
    let kind = Some(jobs::EMBED.to_owned());
    let list = query::JobListQuery { kind, limit: 100, ..query::JobListQuery::default() };
    let list = query::list(&ada, list).await.unwrap();
    assert!(list.items.iter().all(|job| job.status == "succeeded" && job.attempts == 1), "{:?}", list.items);
    assert_eq!(list.items[0].result.as_ref().unwrap()["chunk_count"], 1);
}

#[tokio::test]
async fn an_entry_with_an_unconfirmed_date_is_skipped_and_not_counted() {
    let world = JobTestWorld::new("1").await;
    let ada = world.ada();
    for text in ["rain", "snow"] {
        ingest::write(&ada, text, None).await.unwrap();
    }
    let unconfirm = "UPDATE entries SET date_confirmed = 0 WHERE id = 1";
    ada.write(Scope::Ingest, move |db| db.execute(unconfirm, [])).await.unwrap();

    let done = embed_pending(&ada, Scope::Ingest, &|_, _| {}).await.unwrap();

    let open = ada.read(Scope::Ingest, |db| jobs::count_open(db, jobs::EMBED)).await.unwrap();
    assert_eq!((done.succeeded, done.failed, open), (1, 0, 0));
    let text = ada.read(Scope::Ingest, |db| entries::find_job_text(db, crate::domain::id::EntryId(1))).await.unwrap();
    assert!(!text.unwrap().date_confirmed);
}

#[tokio::test(start_paused = true)]
async fn the_worker_embeds_while_its_only_worker_runs_a_slow_job() {
    let world = JobTestWorld::new("1").await;
    let (table, log) = scripted_handlers(&world, |_, _| ScriptedOutcome::Succeeds(3600));
    let slow = enqueue_upload(&world.ada(), uploads::IMAGES).await;
    let server = RunningWorker::start(&world.app, table);
    wait_for_status(&world.ada(), slow, "running").await;
    ingest::write(&world.ada(), "rain", None).await.unwrap();
    world.ada().wake_worker();

    for _ in 0..1000 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if crate::jobs::count_pending_embeddings(&world.ada()).await.unwrap() == 0 {
            break;
        }
    }

    assert_eq!(crate::jobs::count_pending_embeddings(&world.ada()).await.unwrap(), 0);
    assert_eq!((get_job(&world.ada(), slow).await.status.as_str(), log.dropped().len()), ("running", 0));
    server.stop().await;
}
