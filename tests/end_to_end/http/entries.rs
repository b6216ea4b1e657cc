//! Entries: list, show, edit and delete, with their chunks and tokens.

use serde_json::{Value, json};

use crate::http::jobs::wait_for_job;
use crate::support::server::{Client, Server, wait_for};
use crate::support::{ADA, World};

const BOB: &str = "bob@home.example";
const SCOPES: [&str; 4] = ["entries:read", "entries:write", "ingest", "search"];

/// Returns a client with Ada's key.
pub fn ada(world: &World, server: &Server) -> Client {
    server.key(&world.ada().key("tests", &SCOPES).1)
}

/// Returns a client with Bob's key; Ada is an admin, Bob a member.
pub fn bob(world: &World, server: &Server) -> Client {
    server.key(&world.user(BOB).key("tests", &SCOPES).1)
}

/// Stores a text and returns its entry.
#[track_caller]
pub fn store_entry(client: &Client, text: &str, date: &str) -> Value {
    let reply = client.post("/api/entries/ingest/text", &json!({ "text": text, "entry_date": date })).ok();
    assert_eq!(reply.status, 201);
    reply.json()["entry"].clone()
}

#[test]
fn a_list_is_newest_first_and_shows_no_text() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    for (text, date) in
        [("one two", "2024-05-01"), ("three", "2024-05-03"), ("four", "2024-05-03"), ("five", "2024-06-01")]
    {
        store_entry(&ada, text, date);
    }

    let page = ada.get("/api/entries?limit=2&offset=1").ok().json();
    let in_may = ada.get("/api/entries?start_date=2024-05-02&end_date=2024-05-31").ok().json();

    let ids =
        |page: &Value| page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect::<Vec<_>>();
    assert_eq!((ids(&page), &page["total"]), (vec![json!(3), json!(2)], &json!(4)));
    assert_eq!((ids(&in_may), &in_may["total"]), (vec![json!(3), json!(2)], &json!(2)));
    let item = &page["items"][0];
    for field in ["source_type", "page_count", "uncertain_span_count", "doubts_verified", "date_confirmed", "language"]
    {
        assert!(!item[field].is_null(), "{field}");
    }
    assert_eq!((&item["chunk_count"], &item["entity_mention_count"]), (&json!(1), &json!(0)));
    assert!(item.get("final_text").is_none() && item.get("raw_text").is_none());
    ada.delete("/api/entries/4").ok();
    assert_eq!(ada.get("/api/entries").ok().json()["total"], 3, "the total is up to date");
}

#[test]
fn bug_1_a_negative_or_huge_limit_is_clamped_or_refused() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    for day in 1..=3 {
        store_entry(&ada, "rain", &format!("2024-05-0{day}"));
    }

    for path in ["/api/entries", "/api/jobs"] {
        let page = ada.get(&format!("{path}?limit=-1&offset=-5")).ok().json();
        assert_eq!((&page["limit"], &page["offset"]), (&json!(1), &json!(0)), "{path}");
        assert!(page["items"].as_array().unwrap().len() <= 1, "{path}");
        assert!(ada.get(&format!("{path}?limit=9223372036854775807")).ok().json()["limit"].as_i64().unwrap() <= 500);
        ada.get(&format!("{path}?limit=9223372036854775808")).refused(400, "invalid_query");
    }
    assert_eq!(ada.get("/api/entries?limit=500").ok().json()["limit"], 100);
    assert_eq!(ada.get("/api/search?q=rain&limit=-1").ok().json()["items"].as_array().unwrap().len(), 1);
}

#[test]
fn an_edit_returns_at_once_and_a_job_rebuilds_the_chunks() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    store_entry(&ada, "The kettle sang.", "2024-05-01");

    let edited = ada.patch("/api/entries/1", &json!({ "final_text": "The zeppelin landed." })).ok().json();

    assert_eq!(
        (&edited["final_text"], &edited["raw_text"]),
        (&json!("The zeppelin landed."), &json!("The kettle sang."))
    );
    assert_eq!((&edited["word_count"], &edited["chunk_count"]), (&json!(3), &json!(1)));
    let (reprocess, pipeline) =
        (edited["reprocess_job_id"].as_str().unwrap(), edited["pipeline_job_id"].as_str().unwrap());
    assert!(edited["mood_job_id"].is_string() && edited.get("entity_extraction_job_id").is_none());
    let parent = ada.get(&format!("/api/jobs/{pipeline}")).ok().json();
    assert_eq!((&parent["type"], &parent["status"]), (&json!("save_entry_pipeline"), &json!("succeeded")));
    assert_eq!(parent["result"]["follow_up_jobs"]["reprocess_embeddings"], reprocess);
    let child = wait_for_job(&ada, reprocess);
    assert_eq!(child["result"], json!({ "entry_id": 1, "chunk_count": 1 }));
    assert_eq!(child["params"]["parent_job_id"], pipeline);
    assert_eq!((&child["progress_current"], &child["progress_total"]), (&json!(1), &json!(1)));
    let chunks = ada.get("/api/entries/1/chunks").ok().json();
    assert_eq!(chunks["chunks"][0]["text"], "The zeppelin landed.");
    assert_eq!(
        ada.patch("/api/entries/1", &json!({ "entry_date": "2024-05-09" })).ok().json()["entry_date"],
        "2024-05-09"
    );
    let moved = ada.get("/api/search?q=zeppelin&start_date=2024-05-09").ok().json();
    assert_eq!(moved["items"][0]["entry_date"], "2024-05-09");
}

#[test]
fn a_content_window_sets_the_text_and_null_removes_it() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    store_entry(&ada, "👋 Old page. New page.", "2024-05-01");

    let window = json!({ "content_start_char": 12, "content_end_char": 21, "final_text": "typed meanwhile" });
    let narrowed = ada.patch("/api/entries/1", &window).ok().json();
    assert_eq!(narrowed["final_text"], "New page.", "the window wins over a text sent along");
    assert_eq!(narrowed["content_boundary"], json!({ "char_start": 12, "char_end": 21 }));
    assert!(narrowed["reprocess_job_id"].is_string());
    let whole = json!({ "content_start_char": null, "content_end_char": null });
    let cleared = ada.patch("/api/entries/1", &whole).ok().json();
    assert_eq!(cleared["final_text"], "👋 Old page. New page.");
    assert!(cleared["content_boundary"].is_null());
}

#[test]
fn bug_5_a_refused_edit_changes_nothing() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    let before = store_entry(&ada, "The kettle sang.", "2024-05-01");
    let refusals = [
        json!({}),
        json!({ "entry_date": "2024-05-09", "final_text": "  " }),
        json!({ "entry_date": "2024-05-09", "final_text": null }),
        json!({ "entry_date": "2024-05-09", "content_start_char": 0 }),
        json!({ "entry_date": "2024-05-09", "content_start_char": 0, "content_end_char": null }),
        json!({ "entry_date": "2024-05-09", "content_start_char": 5, "content_end_char": 99 }),
        json!({ "entry_date": "2024-05-09", "content_start_char": 3, "content_end_char": 4 }),
        json!({ "entry_date": "2024-05-09", "content_start_char": true, "content_end_char": 4 }),
        json!({ "final_text": "new", "entry_date": "1024-05-09" }),
        json!({ "final_text": "new", "entry_date": "" }),
        json!({ "final_text": "new", "unknown": 1 }),
        json!({ "final_text": "nul \u{0} inside" }),
    ];

    for body in &refusals {
        let reply = ada.patch("/api/entries/1", body);
        assert_eq!(reply.status, 400, "{body}: {reply:#?}");
    }

    assert_eq!(ada.get("/api/entries/1").ok().json(), before);
}

#[test]
fn bug_6_other_date_formats_are_refused_and_not_stored() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    store_entry(&ada, "rain", "2024-05-01");

    for date in ["20260401", "2026-W14-3", "2026-4-1", "2026-04-01T00:00", "2026-02-30", " 2026-04-01"] {
        ada.patch("/api/entries/1", &json!({ "entry_date": date })).refused(400, "invalid_request");
        let typed = json!({ "text": "snow", "entry_date": date });
        ada.post("/api/entries/ingest/text", &typed).refused(400, "invalid_request");
    }

    assert_eq!(ada.get("/api/entries").ok().json()["items"][0]["entry_date"], "2024-05-01");
}

#[test]
fn a_missing_entry_is_reported_before_an_invalid_body() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);

    for body in ["", "[]", "{", "{\"final_text\": 1}", "{\"final_text\": \"x\"}"] {
        ada.send("PATCH", "/api/entries/7", "application/json", body.into()).refused(404, "not_found");
    }
    store_entry(&ada, "rain", "2024-05-01");
    for body in ["", "[]", "{", "null"] {
        ada.send("PATCH", "/api/entries/1", "application/json", body.into()).refused(400, "invalid_body");
    }
    for id in ["0", "-1", "x", "1.0", "99999999999999999999", "%00", "1%2f2"] {
        assert_eq!(ada.get(&format!("/api/entries/{id}")).status, 404, "{id}");
    }
}

#[test]
fn bug_4_another_users_entry_does_not_reveal_its_jobs() {
    let world = World::new();
    let entry = store_pending(&world, "hers");
    // The test holds the queue's lock, so that the job stays queued.
    let lock = lock_queue(&world);
    let server = world.serve();
    let (ada, bob) = (ada(&world, &server), bob(&world, &server));
    let path = format!("/api/entries/{entry}");

    let foreign = bob.delete(&path).refused(404, "not_found");
    let own = ada.delete(&path).refused(409, "entry_has_active_jobs").json();

    assert!(!foreign.text.contains("job"), "{foreign:#?}");
    let queued = ada.get("/api/jobs?status=queued").ok().json();
    assert_eq!(own["job_ids"], json!([queued["items"][0]["id"]]));
    bob.get(&format!("/api/jobs/{}", own["job_ids"][0].as_str().unwrap())).refused(404, "not_found");
    assert_eq!(bob.get("/api/jobs").ok().json()["total"], 0);
    drop(lock);
    wait_for_job(&ada, own["job_ids"][0].as_str().unwrap());
    assert_eq!(ada.delete(&path).ok().json(), json!({ "deleted": true, "id": entry }));
    ada.delete(&path).refused(404, "not_found");
}

/// Stores a text of Ada's without waiting for its chunks, and returns its id.
pub fn store_pending(world: &World, text: &str) -> i64 {
    let file = world.file("left.txt", text);
    let args = ["ingest", file.to_str().unwrap(), "--date", "2024-05-01", "--no-wait", "--json"];
    world.ada().run(&args).ok().document()["items"][0]["id"].as_i64().unwrap()
}

/// Takes the lock of the first user's queue, as a worker of another process does.
pub fn lock_queue(world: &World) -> std::fs::File {
    let file = world.notebook().with_file_name("queue.lock");
    let lock = std::fs::File::options().create(true).append(true).open(&file).unwrap();
    lock.lock().unwrap();
    lock
}

#[test]
fn an_admin_cannot_read_or_change_another_users_entries() {
    let world = World::new();
    let server = world.serve();
    let (admin, bob) = (ada(&world, &server), bob(&world, &server));
    store_entry(&bob, "The lighthouse keeper of Quitzow.", "2024-05-01");

    for path in ["/api/entries/1", "/api/entries/1/chunks", "/api/entries/1/tokens", "/api/entries/1/entities"] {
        assert_eq!(admin.get(path).status, 404, "{path}");
    }
    assert_eq!(admin.patch("/api/entries/1", &json!({ "final_text": "mine" })).status, 404);
    assert_eq!(admin.delete("/api/entries/1").status, 404);
    assert_eq!(admin.post("/api/entries/1/verify-doubts", &json!({})).status, 404);
    for path in ["/api/entries", "/api/search?q=lighthouse", "/api/stats", "/api/health", "/api/jobs"] {
        let text = admin.get(path).ok().text;
        assert!(!text.contains("Quitzow") && !text.contains("2024-05-01"), "{path}: {text}");
    }
    assert_eq!(bob.get("/api/entries/1").ok().json()["final_text"], "The lighthouse keeper of Quitzow.");
    assert_ne!(ADA, BOB);
}

#[test]
fn missing_chunks_have_an_error_code_with_the_reason() {
    let world = World::new();
    store_pending(&world, "rain");
    let lock = lock_queue(&world);
    let server = world.serve();
    let ada = ada(&world, &server);

    ada.get("/api/entries/9/chunks").refused(404, "entry_not_found");
    ada.get("/api/entries/1/chunks").refused(404, "chunks_not_backfilled");

    drop(lock);
    let chunks = wait_for("the chunks", || Some(ada.get("/api/entries/1/chunks")).filter(|reply| reply.status == 200));
    let wanted = json!({ "index": 0, "text": "rain", "char_start": 0, "char_end": 4, "token_count": 1 });
    assert_eq!(chunks.json(), json!({ "entry_id": 1, "chunks": [wanted] }));
}

#[test]
fn bug_18_tokenizer_control_strings_are_ordinary_text() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    store_entry(&ada, "She wrote <|endoftext|> and 🜁.", "2024-05-01");

    let tokens = ada.get("/api/entries/1/tokens").ok().json();

    assert_eq!((&tokens["encoding"], &tokens["model_hint"]), (&json!("cl100k_base"), &json!("text-embedding-3-large")));
    let list = tokens["tokens"].as_array().unwrap();
    assert_eq!(tokens["token_count"], list.len());
    let text: String = list.iter().map(|token| token["text"].as_str().unwrap()).collect();
    assert_eq!(text, "She wrote <|endoftext|> and 🜁.");
    assert!(list.iter().all(|token| token["token_id"].as_u64().unwrap() < 100_000), "no special token");
    assert!(list.iter().any(|token| token["text"] == ""), "a token inside a character has no text");
    ada.get("/api/entries/2/tokens").refused(404, "entry_not_found");
}

#[test]
fn verified_doubts_do_not_count_as_a_change() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    let before = store_entry(&ada, "rain", "2024-05-01");

    let verified = ada.post("/api/entries/1/verify-doubts", &json!({})).ok().json();

    assert_eq!(verified["doubts_verified"], true);
    assert_eq!((&verified["updated_at"], &verified["uncertain_spans"]), (&before["updated_at"], &json!([])));
    ada.send("POST", "/api/entries/2/verify-doubts", "", Vec::new()).refused(404, "not_found");
}
