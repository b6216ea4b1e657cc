//! Merge, undo and split of entities: completely or not at all.

use serde_json::{Value, json};

use crate::http::entities::Harbour;
use crate::support::{ADA, Person};

/// Returns the entity lists of an export, without the timestamps and flags that a merge and its undo change.
fn comparable_export(harbour: &Harbour) -> Value {
    let mut all = Person { world: &harbour.world, email: ADA }.export();
    for one in all["entities"].as_array_mut().unwrap() {
        for field in ["updated_at", "is_curated", "first_seen"] {
            one[field].take();
        }
        for alias in one["aliases"].as_array_mut().unwrap() {
            alias["id"].take();
            alias["created_at"].take();
        }
        one["aliases"].as_array_mut().unwrap().sort_by_key(|alias| alias["alias"].to_string());
    }
    // Moving a pair decision gives it a new id and date.
    for pair in all["pair_decisions"].as_array_mut().unwrap() {
        for field in ["id", "decided_at"] {
            pair[field].take();
        }
    }
    let lists = ["entities", "mentions", "relationships", "pair_decisions"];
    lists.iter().map(|list| ((*list).to_owned(), all[*list].clone())).collect::<serde_json::Map<_, _>>().into()
}

fn merge(harbour: &Harbour, survivor: i64, absorbed: &[i64]) -> Value {
    let body = json!({ "survivor_id": survivor, "absorbed_ids": absorbed });
    harbour.ada.post("/api/entities/merge", &body).ok().json()
}

fn undo(harbour: &Harbour, merge: &Value) -> crate::support::server::Reply {
    harbour.ada.post(&format!("/api/entities/merge-history/{merge}/undo"), &json!({}))
}

#[test]
fn a_merge_moves_all_data_and_keeps_the_names() {
    let harbour = Harbour::new();

    let merged = merge(&harbour, 1, &[2]);

    assert_eq!((&merged["absorbed_ids"], &merged["mentions_reassigned"]), (&json!([2]), &json!(1)));
    assert_eq!((&merged["relationships_reassigned"], &merged["aliases_added"]), (&json!(1), &json!(2)));
    assert_eq!(merged["survivor"]["aliases"], json!(["bob", "bobby", "r/b", "rob"]));
    harbour.ada.get("/api/entities/2").refused(404, "not_found");
    assert_eq!(harbour.ada.get("/api/entities/1/mentions").ok().json()["total"], 3);
    let decided = harbour.ada.get("/api/entities/pair-decisions").ok().json();
    let pair = &decided["items"][0];
    assert_eq!((&pair["entity_a"]["id"], &pair["entity_b"]["id"]), (&json!(1), &json!(4)), "moved to the survivor");
    let all = Person { world: &harbour.world, email: ADA }.export();
    let corrections: Vec<Value> =
        all["corrections"].as_array().unwrap().iter().map(|one| json!([one["name_key"], one["entity_id"]])).collect();
    assert_eq!(corrections, [json!(["bob", 1]), json!(["bobby", 1])]);
    let history = harbour.ada.get("/api/entities/1/merge-history").ok().json();
    let one = &history["history"][0];
    assert_eq!((&one["absorbed_name"], &one["absorbed_aliases"]), (&json!("Bob"), &json!(["bobby"])));
    assert_eq!((&one["merged_by"], &one["undone_at"]), (&json!("user"), &Value::Null));
    let activity = harbour.world.ada().json(&["activity"]);
    assert!(activity["items"].as_array().unwrap().iter().any(|line| line["action"] == "ENTITIES_MERGED"));
}

#[test]
fn a_survivor_never_gets_its_own_name_as_an_alias() {
    let harbour = Harbour::new();

    let merged = merge(&harbour, 3, &[5]);

    assert_eq!((&merged["survivor"]["aliases"], &merged["aliases_added"]), (&json!([]), &json!(0)), "types may differ");
}

#[test]
fn bug_15_a_refused_merge_changes_nothing() {
    let harbour = Harbour::new();
    let before = Person { world: &harbour.world, email: ADA }.export();

    for (body, status, code) in [
        (json!({ "survivor_id": 1, "absorbed_ids": [2, 1] }), 400, "invalid_request"),
        (json!({ "survivor_id": 1, "absorbed_ids": [1] }), 400, "invalid_request"),
        (json!({ "survivor_id": 1, "absorbed_ids": [2, 4, 2] }), 400, "invalid_request"),
        (json!({ "survivor_id": 1, "absorbed_ids": [] }), 400, "invalid_request"),
        (json!({ "survivor_id": 1, "absorbed_ids": [2, 99] }), 404, "not_found"),
        (json!({ "survivor_id": 99, "absorbed_ids": [2] }), 404, "not_found"),
        (json!({ "survivor_id": "1", "absorbed_ids": [2] }), 400, "invalid_field"),
        (json!({ "survivor_id": 1, "absorbed_ids": [2.5] }), 400, "invalid_field"),
        (json!({ "survivor_id": 1, "absorbed_ids": 2 }), 400, "invalid_field"),
        (json!({ "survivor_id": 1 }), 400, "invalid_field"),
    ] {
        harbour.ada.post("/api/entities/merge", &body).refused(status, code);
    }

    assert_eq!(Person { world: &harbour.world, email: ADA }.export(), before);
}

#[test]
fn undoing_a_merge_restores_the_previous_state() {
    for (survivor, absorbed) in [(1, vec![2]), (2, vec![1]), (4, vec![1, 2]), (3, vec![5]), (5, vec![3, 6])] {
        let harbour = Harbour::new();
        let before = comparable_export(&harbour);

        let merged = merge(&harbour, survivor, &absorbed);
        let merge_ids = merged["merge_ids"].as_array().unwrap();
        for (merge_id, id) in merge_ids.iter().zip(&absorbed).rev() {
            let undone = undo(&harbour, merge_id).ok().json();
            assert_eq!(undone["restored"]["id"], *id);
            let job = harbour.ada.get(&format!("/api/jobs/{}", undone["reembed_job_id"].as_str().unwrap())).ok().json();
            assert_eq!((&job["type"], &job["params"]["entity_id"]), (&json!("entity_reembed"), &json!(id)));
        }

        assert_eq!(comparable_export(&harbour), before, "{absorbed:?} into {survivor}");
    }
}

#[test]
fn a_chain_of_merges_can_be_undone_in_either_order() {
    for first_in_first_out in [true, false] {
        let harbour = Harbour::new();
        let before = comparable_export(&harbour);
        let inner = merge(&harbour, 1, &[2])["merge_ids"][0].clone();
        let outer = merge(&harbour, 4, &[1])["merge_ids"][0].clone();

        for merge_id in if first_in_first_out { [&inner, &outer] } else { [&outer, &inner] } {
            undo(&harbour, merge_id).ok();
        }

        let after = comparable_export(&harbour);
        assert_eq!(after["mentions"], before["mentions"]);
        assert_eq!(after["relationships"], before["relationships"]);
        assert_eq!(harbour.ada.get("/api/entities/2").ok().json()["aliases"], json!(["bobby"]));
        assert_eq!(harbour.ada.get("/api/entities/4").ok().json()["aliases"], json!([]));
    }
}

#[test]
fn a_refused_undo_changes_nothing() {
    let harbour = Harbour::new();
    let first = merge(&harbour, 1, &[2])["merge_ids"][0].clone();

    harbour.ada.patch("/api/entities/4", &json!({ "canonical_name": "Bob" })).ok();
    let before = comparable_export(&harbour);
    undo(&harbour, &first).refused(409, "entity_name_taken");
    assert_eq!(comparable_export(&harbour), before);
    harbour.ada.patch("/api/entities/4", &json!({ "canonical_name": "Ilse" })).ok();
    undo(&harbour, &first).ok();
    undo(&harbour, &first).refused(409, "merge_undone");
    undo(&harbour, &json!(99)).refused(404, "not_found");
    let history = harbour.ada.get("/api/entities/1/merge-history").ok().json();
    assert!(history["history"][0]["undone_at"].is_string(), "the merge is marked as undone");
}

#[test]
fn a_split_moves_mentions_to_a_new_or_existing_entity() {
    let harbour = Harbour::new();
    let split = |id: i64, body: &Value| harbour.ada.post(&format!("/api/entities/{id}/split"), body);

    let created = split(1, &json!({ "mention_ids": [2], "canonical_name": "rob roy" })).ok().json();
    assert_eq!((&created["mentions_moved"], &created["relationships_moved"]), (&json!(1), &json!(1)));
    let target = &created["target"];
    assert_eq!((&target["canonical_name"], &target["entity_type"]), (&json!("Rob Roy"), &json!("person")));
    assert_eq!((&target["first_seen"], &target["is_curated"]), (&json!("2024-05-02"), &json!(true)));
    let id = target["id"].as_i64().unwrap();
    let with = harbour.ada.get(&format!("/api/entities/{id}/relationships")).ok().json();
    assert_eq!(with["incoming"][0]["predicate"], "knows");
    let moved = split(4, &json!({ "mention_ids": [6, 7], "into": id })).ok().json();
    assert_eq!((&moved["source"]["mention_count"], &moved["target"]["mention_count"]), (&json!(3), &json!(3)));

    let all = Person { world: &harbour.world, email: ADA }.export();
    let corrections = all["corrections"].as_array().unwrap().iter();
    let corrections: Vec<Value> =
        corrections.map(|one| json!([one["name_key"], one["entry_id"], one["entity_id"]])).collect();
    assert_eq!(corrections, [json!(["rob", 2, id]), json!(["ilse", 2, id]), json!(["ilse", 3, id])]);
}

#[test]
fn a_refused_split_changes_nothing() {
    let harbour = Harbour::new();
    let before = Person { world: &harbour.world, email: ADA }.export();

    for (body, status, code) in [
        (json!({ "mention_ids": [], "into": 2 }), 400, "invalid_request"),
        (json!({ "mention_ids": [1, 1], "into": 2 }), 400, "invalid_request"),
        (json!({ "mention_ids": [1] }), 400, "invalid_request"),
        (json!({ "mention_ids": [1], "into": 2, "canonical_name": "Rob" }), 400, "invalid_request"),
        (json!({ "mention_ids": [1], "into": 2, "entity_type": "person" }), 400, "invalid_request"),
        (json!({ "mention_ids": [1], "into": 1 }), 400, "invalid_request"),
        (json!({ "mention_ids": [1], "canonical_name": " " }), 400, "invalid_request"),
        (json!({ "mention_ids": [1, 3], "into": 2 }), 404, "not_found"),
        (json!({ "mention_ids": [1], "into": 99 }), 404, "not_found"),
        (json!({ "mention_ids": [1], "canonical_name": "ilse" }), 409, "entity_name_taken"),
        (json!({ "mention_ids": ["1"], "into": 2 }), 400, "invalid_field"),
    ] {
        harbour.ada.post("/api/entities/1/split", &body).refused(status, code);
    }
    harbour.ada.post("/api/entities/99/split", &json!({ "mention_ids": [1], "into": 2 })).refused(404, "not_found");

    assert_eq!(Person { world: &harbour.world, email: ADA }.export(), before);
}
