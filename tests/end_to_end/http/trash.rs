//! Trash routes: list, restore, destroy one or all.

use serde_json::{Value, json};

use crate::http::entries::{ada, bob, store_entry};
use crate::support::World;

fn ids(page: &Value) -> Vec<i64> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

#[test]
fn a_deleted_entry_is_listed_and_restored() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    for day in 1..=3 {
        store_entry(&ada, &format!("Rain, day {day}."), &format!("2024-05-0{day}"));
    }
    let before = ada.get("/api/entries/2").ok().json();

    let reply = ada.delete("/api/entries/2").ok().json();

    assert_eq!(reply, json!({ "deleted": true, "id": 2 }), "the reply is that of a deletion");
    ada.get("/api/entries/2").refused(404, "not_found");
    ada.delete("/api/entries/2").refused(404, "not_found");
    assert_eq!(ada.get("/api/search?q=rain").ok().json()["items"].as_array().unwrap().len(), 2);
    ada.delete("/api/entries/3?now=false").ok();
    let page = ada.get("/api/trash?limit=1").ok().json();
    assert_eq!((ids(&page), &page["total"], &page["keep_days"]), (vec![3], &json!(2), &json!(30)));
    assert_eq!(page["items"][0]["preview"], "Rain, day 3.");
    assert_eq!(ids(&ada.get("/api/trash?limit=-5&offset=1").ok().json()), [2]);

    let restored = ada.post("/api/trash/2/restore", &json!({})).ok().json();

    assert_eq!(restored, json!({ "trash_id": 2, "id": 2 }));
    let mut after = ada.get("/api/entries/2").ok().json();
    // The job that embeds it again may not have run yet.
    after["chunk_count"] = before["chunk_count"].clone();
    assert_eq!(after, before);
    ada.post("/api/trash/2/restore", &json!({})).refused(404, "not_found");
    assert_eq!(ids(&ada.get("/api/trash").ok().json()), [3]);
}

#[test]
fn an_entry_is_destroyed_at_once_or_from_the_trash() {
    let world = World::new();
    let server = world.serve();
    let (ada, bob) = (ada(&world, &server), bob(&world, &server));
    for day in 1..=5 {
        store_entry(&ada, "rain", &format!("2024-05-0{day}"));
    }

    assert_eq!(ada.delete("/api/entries/1?now=true").ok().json(), json!({ "deleted": true, "id": 1 }));
    ada.delete("/api/entries/2?now=perhaps").refused(400, "invalid_query");
    for id in 2..=4 {
        ada.delete(&format!("/api/entries/{id}")).ok();
    }

    assert_eq!(ids(&ada.get("/api/trash").ok().json()), [4, 3, 2]);
    assert_eq!(ids(&bob.get("/api/trash").ok().json()), [] as [i64; 0]);
    bob.delete("/api/trash/3").refused(404, "not_found");
    assert_eq!(ada.delete("/api/trash/3").ok().json(), json!({ "deleted": true, "id": 3 }));
    ada.delete("/api/trash/3").refused(404, "not_found");
    assert_eq!(bob.delete("/api/trash").ok().json(), json!({ "deleted": true, "ids": [] }));
    assert_eq!(ada.delete("/api/trash").ok().json(), json!({ "deleted": true, "ids": [2, 4] }));
    assert_eq!(ada.get("/api/trash").ok().json()["total"], 0);
    assert_eq!(ada.get("/api/entries").ok().json()["total"], 1);
    let log = ada_activity(&world);
    let purged = log.iter().filter(|line| line["action"] == "ENTRY_PURGED");
    assert_eq!(
        purged.map(|line| line["resource"].clone()).collect::<Vec<_>>(),
        ["entry:4", "entry:2", "entry:3", "entry:1"]
    );
}

fn ada_activity(world: &World) -> Vec<Value> {
    world.ada().json(&["activity", "--limit", "200"])["items"].as_array().unwrap().clone()
}
