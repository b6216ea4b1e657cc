//! Jobs of the caller's journal, and the worker that runs them.

use serde_json::{Value, json};

use crate::http::entries::{ada, bob, lock_queue, store_entry, store_pending};
use crate::support::World;
use crate::support::server::{Client, wait_for};

/// Waits until a job has succeeded and returns it.
#[track_caller]
pub fn wait_for_job(client: &Client, id: &str) -> Value {
    wait_for("a job to end", || {
        let job = client.get(&format!("/api/jobs/{id}")).ok().json();
        assert_ne!(job["status"], "failed", "{job}");
        (job["status"] == "succeeded").then_some(job)
    })
}

#[test]
fn a_job_has_every_field() {
    let world = World::new();
    world.ada().write("rain", "2024-05-01");
    let server = world.serve();
    let ada = ada(&world, &server);

    let page = ada.get("/api/jobs?type=reprocess_embeddings").ok().json();

    let job = page["items"][0].as_object().unwrap();
    let keys = "id type status params progress_current progress_total result error_message status_detail created_at \
        started_at finished_at input_tokens output_tokens cost_usd";
    for key in keys.split_whitespace() {
        assert!(job.contains_key(key), "{key}");
    }
    assert_eq!(job["params"], json!({ "entry_id": 1, "user_id": 1 }));
    assert_eq!((&page["total"], &page["limit"], &page["offset"]), (&json!(1), &json!(50), &json!(0)));
    let one = ada.get(&format!("/api/jobs/{}", job["id"].as_str().unwrap())).ok().json();
    assert_eq!(&one, &page["items"][0]);
    for id in ["x", "1", "00000000-0000-4000-8000-000000000000"] {
        ada.get(&format!("/api/jobs/{id}")).refused(404, "not_found");
    }
}

#[test]
fn b17_wildcards_are_literal_and_filters_combine() {
    let world = World::new();
    for day in 1..=3 {
        world.ada().write("rain", &format!("2024-05-0{day}"));
    }
    let server = world.serve();
    let ada = ada(&world, &server);
    let total = |query: &str| ada.get(&format!("/api/jobs?{query}")).ok().json()["total"].as_i64().unwrap();

    assert_eq!(total("search=EMBED"), 3);
    assert_eq!(total("search=%20reprocess_emb%20&status=succeeded&type=reprocess_embeddings"), 3);
    for query in
        ["search=%25", "search=reprocess%25", "search=re_rocess", "search=!", "status=", "status=nope", "type=nope"]
    {
        assert_eq!(total(query), 0, "{query}");
    }
    let ids = |query: &str| {
        let page = ada.get(&format!("/api/jobs?{query}")).ok().json();
        page["items"].as_array().unwrap().iter().map(|job| job["id"].clone()).collect::<Vec<_>>()
    };
    let kind = "type=reprocess_embeddings";
    let pages = [ids(&format!("{kind}&limit=1")), ids(&format!("{kind}&limit=2&offset=1"))];
    assert_eq!(pages.concat(), ids(kind), "the order is the same on every page");
    ada.get("/api/jobs?limit=x").refused(400, "invalid_query");
    ada.get(&format!("/api/jobs?search={}", "x".repeat(201))).refused(400, "invalid_request");
}

#[test]
fn jobs_queued_before_startup_run_after_it() {
    let world = World::new();
    store_pending(&world, "rain");
    let server = world.serve();
    let ada = ada(&world, &server);

    wait_for("the chunks", || (ada.get("/api/entries/1/chunks").status == 200).then_some(()));
}

#[test]
fn the_next_server_resumes_a_killed_servers_jobs() {
    let world = World::new();
    for number in 0..60 {
        world.file(&format!("many/{number}.txt"), format!("Entry {number}. {}", "It rained on the roof. ".repeat(60)));
    }
    world.ada().run(&["ingest", world.path("inbox/many").to_str().unwrap(), "--date", "2024-05-01", "--no-wait"]).ok();
    let server = world.serve();
    let (_, key) = world.ada().key("tests", &["entries:read"]);
    let succeeded = |client: &Client| {
        client.get("/api/jobs?status=succeeded&type=reprocess_embeddings").ok().json()["total"].as_i64().unwrap()
    };
    wait_for("the first jobs", || (succeeded(&server.key(&key)) > 0).then_some(()));
    server.kill();

    let server = world.serve();

    wait_for("all jobs", || (succeeded(&server.key(&key)) == 60).then_some(()));
    assert_eq!(server.key(&key).get("/api/jobs?status=failed").ok().json()["total"], 0);
}

#[test]
fn a_long_queue_delays_no_other_user_and_no_shutdown() {
    let world = World::new();
    for number in 0..400 {
        world.file(&format!("many/{number}.txt"), format!("Entry {number}. {}", "It rained on the roof. ".repeat(120)));
    }
    world.ada().run(&["ingest", world.path("inbox/many").to_str().unwrap(), "--date", "2024-05-01", "--no-wait"]).ok();
    let server = world.serve();
    let (ada, bob) = (ada(&world, &server), bob(&world, &server));
    store_entry(&bob, "rain", "2024-05-01");
    let edited = bob.patch("/api/entries/1", &json!({ "final_text": "snow" })).ok().json();

    wait_for_job(&bob, edited["reprocess_job_id"].as_str().unwrap());

    let queued = ada.get("/api/jobs?status=queued").ok().json()["total"].as_i64().unwrap();
    assert!(queued > 0, "the long queue was not finished first");
    let (code, _) = server.stop();
    assert_eq!(code, 0);
    let waiting = world.ada().json(&["stats"])["pending_entries"].as_i64().unwrap();
    assert!(waiting > 0, "the stop did not wait for the whole queue");
}

#[test]
fn an_idle_server_releases_the_queue_lock() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    store_entry(&ada, "rain", "2024-05-01");
    let edited = ada.patch("/api/entries/1", &json!({ "final_text": "snow" })).ok().json();
    wait_for_job(&ada, edited["reprocess_job_id"].as_str().unwrap());

    let lock = wait_for("the lock", || {
        let file = world.notebook().with_file_name("queue.lock");
        let lock = std::fs::File::options().append(true).open(file).ok()?;
        lock.try_lock().is_ok().then_some(lock)
    });

    drop(lock);
    world.ada().write("hail", "2024-05-02");
}

#[test]
fn a_queue_locked_by_another_process_is_retried() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    store_entry(&ada, "rain", "2024-05-01");
    let lock = lock_queue(&world);
    let edited = ada.patch("/api/entries/1", &json!({ "final_text": "snow" })).ok().json();
    let job = format!("/api/jobs/{}", edited["reprocess_job_id"].as_str().unwrap());
    assert_eq!(ada.get(&job).ok().json()["status"], "queued");

    drop(lock);

    wait_for("the job to end", || (ada.get(&job).ok().json()["status"] == "succeeded").then_some(()));
}

#[test]
fn jobs_of_others_read_as_absent_for_admins_too() {
    let world = World::new();
    let server = world.serve();
    let (admin, bob) = (ada(&world, &server), bob(&world, &server));
    store_entry(&bob, "rain", "2024-05-01");
    let edited = bob.patch("/api/entries/1", &json!({ "final_text": "snow" })).ok().json();
    let id = edited["reprocess_job_id"].as_str().unwrap();

    admin.get(&format!("/api/jobs/{id}")).refused(404, "not_found");

    assert_eq!(admin.get("/api/jobs").ok().json()["total"], 0);
    assert_eq!(admin.get(&format!("/api/jobs?search={id}")).ok().json()["total"], 0);
}
