//! Text ingestion: typed text and text files.

use serde_json::json;

use crate::http::entries::{ada, bob, store_entry};
use crate::http::jobs::wait_for_job;
use crate::support::World;

const TEXT: &str = "/api/entries/ingest/text";
const FILE: &str = "/api/entries/ingest/file";

#[test]
fn a_typed_text_is_searchable_by_meaning_on_reply() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);

    let reply = ada.post(TEXT, &json!({ "text": "  We buried grandmother.  ", "source_type": "voice" })).ok();

    assert_eq!(reply.status, 201);
    let body = reply.json();
    assert!(body["mood_job_id"].is_string() && body["entity_extraction_job_id"].is_null());
    let entry = &body["entry"];
    assert_eq!(
        (&entry["raw_text"], &entry["final_text"]),
        (&json!("We buried grandmother."), &json!("We buried grandmother."))
    );
    assert_eq!((&entry["chunk_count"], &entry["source_type"]), (&json!(1), &json!("voice")));
    let found = ada.get("/api/search?q=a%20death%20in%20the%20family").ok().json();
    assert_eq!(found["items"][0]["entry_id"], entry["id"]);
    assert_eq!(ada.get("/api/jobs?type=reprocess_embeddings").ok().json()["total"], 0, "no job was queued");
}

#[test]
fn bug_2_an_unknown_source_type_is_refused() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);

    for source in [json!("carrier_pigeon"), json!(null), json!(1), json!(""), json!("Photo")] {
        ada.post(TEXT, &json!({ "text": "rain", "source_type": source })).refused(400, "invalid_field");
    }
    for body in ["[]", "null", "\"text\"", "{\"text\":\"a\",\"text\":\"b\"}"] {
        ada.send("POST", TEXT, "application/json", body.into()).refused(400, "invalid_body");
    }
    for body in [json!({}), json!({ "text": 1 }), json!({ "text": null }), json!({ "text": "a", "more": 1 })] {
        ada.post(TEXT, &body).refused(400, "invalid_field");
    }
    for text in ["", " \n ", "a\u{0}b"] {
        ada.post(TEXT, &json!({ "text": text })).refused(400, "invalid_request");
    }
    assert_eq!(ada.get("/api/entries").ok().json()["total"], 0);
}

#[test]
fn bug_13_no_job_is_queued_that_needs_a_missing_model() {
    let world = World::new();
    let server = world.serve_with(&[], &[("JOURNAL_ENABLE_MOOD_SCORING", "false")]);
    let ada = ada(&world, &server);
    store_entry(&ada, "rain", "2024-05-01");
    let edited = ada.patch("/api/entries/1", &json!({ "final_text": "snow" })).ok().json();
    wait_for_job(&ada, edited["reprocess_job_id"].as_str().unwrap());

    let jobs = ada.get("/api/jobs").ok().json();

    let kinds: Vec<_> = jobs["items"].as_array().unwrap().iter().map(|job| job["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["save_entry_pipeline", "reprocess_embeddings"]);
}

#[test]
fn a_long_text_is_stored_at_once_and_chunked_later() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    let text = "It rained on the roof of the house all day long. ".repeat(400);

    let entry = store_entry(&ada, &text, "2024-05-01");

    assert_eq!(entry["chunk_count"], 0);
    let job = ada.get("/api/jobs?type=reprocess_embeddings").ok().json()["items"][0]["id"].as_str().unwrap().to_owned();
    assert!(wait_for_job(&ada, &job)["result"]["chunk_count"].as_i64().unwrap() > 20);
}

#[test]
fn a_file_is_dated_by_its_text_then_its_name_then_the_form() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    let date = |name: &str, text: &str| {
        let reply = ada.upload(FILE, "file", name, text.as_bytes(), &[("entry_date", "2023-01-01")]).ok();
        assert_eq!(reply.status, 201);
        reply.json()["entry"]["entry_date"].as_str().unwrap().to_owned()
    };

    assert_eq!(date("2024-02-02.md", "# 12 May 2024\n\nRain."), "2024-05-12");
    assert_eq!(date("2024-02-02.MD", "Rain."), "2024-02-02");
    assert_eq!(date("notes.txt", "Rain again."), "2023-01-01");
    let kept = ada.get("/api/entries/1").ok().json();
    assert_eq!(kept["final_text"], "# 12 May 2024\n\nRain.", "bug_20: the heading stays");
    assert_eq!((&kept["source_type"], &kept["chunk_count"]), (&json!("imported_text_file"), &json!(1)));
    ada.upload(FILE, "file", "notes.md", b"3 March 1402", &[]).refused(400, "invalid_request");
}

#[test]
fn bug_3_duplicate_files_are_detected_per_user() {
    let world = World::new();
    let server = world.serve();
    let (ada, bob) = (ada(&world, &server), bob(&world, &server));
    let first = ada.upload(FILE, "file", "a.md", b"The same words.", &[]).ok();

    let foreign = bob.upload(FILE, "file", "b.md", b"The same words.", &[]).ok();
    let again = ada.upload(FILE, "file", "c.md", b"The same words.", &[]).ok();

    assert_eq!((first.status, foreign.status, again.status), (201, 201, 200));
    assert_eq!(foreign.json()["already_there"], json!(false));
    let again = again.json();
    assert_eq!((&again["already_there"], &again["entry"]), (&json!(true), &first.json()["entry"]));
    assert_eq!(ada.get("/api/entries").ok().json()["total"], 1);
}

#[test]
fn a_form_that_is_not_one_text_file_is_refused() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);

    ada.upload(FILE, "other", "a.md", b"rain", &[]).refused(400, "invalid_body");
    ada.upload(FILE, "file", "a.pdf", b"rain", &[]).refused(400, "invalid_request");
    ada.upload(FILE, "file", "a.md", b"\xff\xfe\x00r", &[]).refused(400, "invalid_request");
    ada.upload(FILE, "file", "a.md", b" \n", &[]).refused(400, "invalid_request");
    ada.upload(FILE, "file", "a.md", b"rain", &[("entry_date", "yesterday")]).refused(400, "invalid_request");
    ada.upload(FILE, "file", "a.md", b"rain", &[("user_id", "1")]).refused(400, "invalid_field");
    ada.upload(FILE, "file", "a.md", b"rain", &[("entry_date", "2024-01-01"), ("entry_date", "2024-01-02")])
        .refused(400, "invalid_field");
    ada.send("POST", FILE, "multipart/form-data; boundary=x", b"--x\r\nnonsense".to_vec()).refused(400, "invalid_body");
    ada.send("POST", FILE, "multipart/form-data", Vec::new()).refused(400, "invalid_body");
    ada.post(FILE, &json!({ "file": "rain" })).refused(400, "invalid_body");
    ada.upload(FILE, "file", "a.md", &vec![b'a'; (10 << 20) + 1], &[]).refused(400, "invalid_request");
    assert_eq!(ada.get("/api/entries").ok().json()["total"], 0);
}

#[test]
fn a_key_without_the_ingest_scope_stores_nothing() {
    let world = World::new();
    let server = world.serve();
    let reader = server.key(&world.ada().key("reader", &["entries:read", "search"]).1);

    reader.post(TEXT, &json!({ "text": "rain" })).refused(403, "forbidden");
    reader.upload(FILE, "file", "a.md", b"rain", &[]).refused(403, "forbidden");
    reader.patch("/api/entries/1", &json!({ "final_text": "x" })).refused(403, "forbidden");
    reader.delete("/api/entries/1").refused(403, "forbidden");

    assert_eq!(reader.get("/api/entries").ok().json()["total"], 0);
}
