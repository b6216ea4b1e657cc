//! Health endpoints: the public status, and the statistics of the caller's journal.

use serde_json::json;

use crate::http::entries::{ada, bob, store_entry};
use crate::support::World;

#[test]
fn b4_health_counts_the_callers_own_journal_alone() {
    let world = World::new();
    let server = world.serve();
    let (ada, bob) = (ada(&world, &server), bob(&world, &server));
    let today = world.ada().run(&["write", "hers today", "--json"]).ok().document();
    store_entry(&ada, "one two three", "2020-01-01");
    ada.get("/api/search?q=three").ok();

    let (hers, his) = (ada.get("/api/health").ok().json(), bob.get("/api/health").ok().json());

    assert!(today["id"].is_i64());
    let ingestion = &hers["ingestion"];
    assert_eq!((&ingestion["total_entries"], &ingestion["total_chunks"]), (&json!(2), &json!(2)));
    assert_eq!((&ingestion["entries_last_7d"], &ingestion["entries_last_30d"]), (&json!(1), &json!(1)));
    assert_eq!((&ingestion["avg_words_per_entry"], &ingestion["avg_chunks_per_entry"]), (&json!(2.5), &json!(1.0)));
    assert_eq!(ingestion["by_source_type"], json!({ "text_entry": 2 }));
    assert_eq!((&ingestion["row_counts"]["entries"], &ingestion["row_counts"]["entities"]), (&json!(2), &json!(0)));
    assert_eq!(hers["queries"]["by_type"]["search"]["count"], 1);
    assert!(hers["queries"]["by_type"]["search"]["latency"]["p50_ms"].as_f64().unwrap() > 0.0);
    assert!(hers["queries"]["uptime_seconds"].as_f64().unwrap() >= 0.0);
    assert_eq!((&hers["status"], &hers["checks"][0]["name"]), (&json!("ok"), &json!("sqlite")));
    assert_eq!((&his["ingestion"]["total_entries"], &his["queries"]["total_queries"]), (&json!(0), &json!(0)));
    assert_eq!(his["ingestion"]["last_ingestion_at"], json!(null));
}

#[test]
fn b4_without_a_login_only_the_status_is_shown() {
    let world = World::new();
    let server = world.serve();

    assert_eq!(server.anonymous().get("/health").ok().json(), json!({ "status": "ok" }));
    server.anonymous().get("/api/health").refused(401, "unauthorized");
}
