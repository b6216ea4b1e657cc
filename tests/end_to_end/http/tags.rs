//! Tags over HTTP: filters, the tag list and renaming.

use serde_json::{Value, json};

use crate::http::entries::{ada, bob, store_entry};
use crate::support::World;
use crate::support::server::Client;

fn store_tagged(client: &Client, text: &str, date: &str, tags: &[&str]) {
    let body = json!({ "text": text, "entry_date": date, "tags": tags });
    client.post("/api/entries/ingest/text", &body).ok();
}

fn days(page: &Value) -> Vec<u32> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["entry_date"].as_str().unwrap()[8..].parse().unwrap()).collect()
}

#[test]
fn tags_filter_entries_searches_and_totals() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    store_tagged(&ada, "Sowed seeds.", "2024-05-01", &["garden", "spring"]);
    store_tagged(&ada, "A garden of cheese.", "2024-05-02", &[]);
    store_tagged(&ada, "Dug the beds.", "2024-05-03", &["Garden"]);
    store_tagged(&ada, "Kyoto.", "2024-05-04", &["travel/japan"]);

    for (query, wanted) in [
        ("tag=garden", &[3, 1][..]),
        ("tag=garden&tag=spring", &[1]),
        ("tag=garden,spring", &[1]),
        ("tag=garden%2Cspring", &[1]),
        ("tag=garden&without_tag=spring", &[3]),
        ("without_tag=garden&without_tag=travel", &[2]),
        ("tag=travel", &[4]),
        ("tag=travel%2Fjapan", &[4]),
        ("tag=%23garden", &[3, 1]),
        ("tag=", &[4, 3, 2, 1]),
        ("tag=none", &[]),
        ("tag=garden&end_date=2024-05-02", &[1]),
        ("tag=garden&limit=1&tag=spring&offset=0", &[1]),
    ] {
        let listed = ada.get(&format!("/api/entries?{query}")).ok().json();
        assert_eq!((days(&listed), &listed["total"]), (wanted.to_vec(), &json!(wanted.len())), "{query}");
        assert_eq!(ada.get(&format!("/api/stats?{query}")).ok().json()["total_entries"], wanted.len(), "{query}");
        let found = ada.get(&format!("/api/search?q=before:2030&{query}")).ok().json();
        assert_eq!(days(&found), wanted, "{query}");
    }
    let first = ada.get("/api/entries?tag=spring").ok().json();
    assert_eq!(first["items"][0]["tags"], json!(["garden", "spring"]));
    ada.get(&format!("/api/entries?tag={}", "x".repeat(51))).refused(400, "invalid_field");
    // Each page is cached under its filter.
    let search = |query: &str| days(&ada.get(&format!("/api/search?q=seeds&{query}")).ok().json());
    assert_eq!(search("")[0], 1);
    assert!(!search("without_tag=spring").contains(&1));
    assert_eq!(search("tag=spring"), [1]);
}

#[test]
fn tags_are_listed_and_renamed() {
    let world = World::new();
    let server = world.serve();
    let (ada, bob) = (ada(&world, &server), bob(&world, &server));
    store_tagged(&ada, "Kyoto.", "2024-05-04", &["travel/japan", "rain"]);
    store_tagged(&ada, "Packed.", "2024-05-05", &["travel"]);

    let renamed = ada.patch("/api/tags/travel", &json!({ "tag": "Trips" })).ok().json();

    assert_eq!(renamed, json!({ "tag": "travel", "renamed_to": "trips", "entries": 2, "merged": false }));
    let tags = ada.get("/api/tags").ok().json();
    assert_eq!(
        tags["items"],
        json!([{ "tag": "rain", "entries": 1 }, { "tag": "trips", "entries": 1 }, { "tag": "trips/japan", "entries": 1 }])
    );
    ada.patch("/api/tags/trips%2Fjapan", &json!({ "tag": "japan" })).ok();
    ada.patch("/api/tags/none", &json!({ "tag": "other" })).refused(404, "not_found");
    ada.patch("/api/tags/rain", &json!({ "tag": "" })).refused(400, "invalid_field");
    ada.patch("/api/tags/rain", &json!({})).refused(400, "invalid_field");
    assert_eq!(bob.get("/api/tags").ok().json()["items"], json!([]));
    bob.patch("/api/tags/rain", &json!({ "tag": "other" })).refused(404, "not_found");
}

#[test]
fn operators_do_not_widen_a_keys_boundary() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    store_tagged(&ada, "The lamplighter of Quitzow 🎉.", "2024-05-01", &["private"]);
    store_tagged(&ada, "Lamplight and quince.", "2024-05-02", &["private/health"]);
    store_entry(&ada, "Bread and rain.", "2024-05-03");
    store_entry(&ada, "An early lamplighter.", "2023-01-01");
    let flags = ["key", "add", "bounded", "--read-only", "--from", "2024-01-01", "--without-tag", "private"];
    let bounded = server.key(world.ada().json(&flags)["key"].as_str().unwrap());

    for query in [
        "q=lamplighter",
        "q=lamp*",
        "q=%22the%20lamplighter%22",
        "q=tag:private",
        "q=tag:private/health",
        "q=-tag:work",
        "q=-bread",
        "q=before:2024-01-01",
        "q=on:2024-05-01",
        "q=2024-05-01",
        "q=2023",
        "q=person:Quitzow",
        "q=-person:Anna",
        "q=%F0%9F%8E%89",
        "q=%23private",
        "q=lamplighter&tag=private",
        "q=lamplighter&without_tag=bread",
        "q=lamplighter&start_date=2020-01-01",
    ] {
        let found = days(&bounded.get(&format!("/api/search?{query}&limit=50")).ok().json());
        assert!(found.is_empty() || found == [3], "{query}: {found:?}");
    }
    for query in ["", "tag=private", "tag=private/health", "without_tag=work", "start_date=2020-01-01"] {
        let listed = bounded.get(&format!("/api/entries?{query}")).ok().json();
        assert!(listed["total"].as_i64().unwrap() <= 1, "{query}: {listed}");
        assert!(days(&listed).iter().all(|day| *day == 3), "{query}: {listed}");
    }
    assert_eq!(bounded.get("/api/tags").ok().json()["items"], json!([]));
    bounded.patch("/api/tags/private", &json!({ "tag": "open" })).refused(403, "forbidden");
}
