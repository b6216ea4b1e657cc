//! Entities: list, correction, aliases, quarantine and merge candidates.

use serde_json::{Value, json};

use crate::http::entries::{ada, bob};
use crate::support::people::{self, import_document, sample_document};
use crate::support::server::{Client, Server};
use crate::support::{ADA, Person, World};

/// A server with the entities of `harbour()` in Ada's journal.
pub struct Harbour {
    pub world: World,
    pub server: Server,
    pub ada: Client,
}

impl Harbour {
    pub fn new() -> Self {
        let world = World::new();
        import_document(world.ada(), &sample_document());
        let server = world.serve();
        let ada = ada(&world, &server);
        Self { world, server, ada }
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        self.ada.get(path).ok().json()
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Value) -> Value {
        self.ada.post(path, body).ok().json()
    }

    /// Returns the lists of an export that describe entities.
    fn entity_export(&self) -> Value {
        let all = Person { world: &self.world, email: ADA }.export();
        let lists =
            ["entities", "mentions", "relationships", "merge_candidates", "merges", "pair_decisions", "corrections"];
        lists.iter().map(|list| ((*list).to_owned(), all[*list].clone())).collect::<serde_json::Map<_, _>>().into()
    }

    fn corrections(&self) -> Vec<Value> {
        let rows = self.entity_export()["corrections"].clone();
        let rows = rows.as_array().unwrap().iter();
        let mut rows: Vec<Value> =
            rows.map(|one| json!([one["entity_type"], one["name_key"], one["entry_id"], one["entity_id"]])).collect();
        rows.sort_by_key(Value::to_string);
        rows
    }
}

#[track_caller]
fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["canonical_name"].as_str().unwrap()).collect()
}

fn ids(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

#[test]
fn a_list_is_sorted_by_type_and_name_without_quarantined() {
    let harbour = Harbour::new();

    let all = harbour.get("/api/entities");

    assert_eq!(names(&all), ["Bob", "Ilse", "Robert", "Quitzow", "Quitzow"]);
    assert_eq!((&all["total"], &all["limit"], &all["offset"]), (&json!(5), &json!(50), &json!(0)));
    assert_eq!(
        all["items"][2],
        json!({
            "id": 1, "canonical_name": "Robert", "entity_type": "person", "aliases": ["r/b", "rob"], "mention_count": 2,
            "first_seen": "", "last_seen": "2024-05-02", "is_quarantined": false, "quarantine_reason": "",
            "quarantined_at": "",
        })
    );
    assert_eq!(names(&harbour.get("/api/entities?type=place")), ["Quitzow"]);
    assert_eq!(names(&harbour.get("/api/entities?type=ghost")), [""; 0]);
    assert_eq!(names(&harbour.get("/api/entities?search=ROB")), ["Robert"]);
    assert_eq!(names(&harbour.get("/api/entities?search=bobb")), ["Bob"], "by an alias");
    let second = harbour.get("/api/entities?limit=2&offset=1&search=o");
    assert_eq!((names(&second), &second["total"]), (vec!["Robert", "Quitzow"], &json!(4)));
}

#[test]
fn a_search_has_no_wildcards_and_ignores_unicode_case() {
    let world = World::new();
    let odd = ["100%", "Under_score", "Ökotopia", "Back\\slash"];
    let entities: Vec<Value> = odd.iter().zip(1..).map(|(name, id)| people::entity(id, "topic", name, &[])).collect();
    import_document(world.ada(), &people::document(&json!({ "entities": entities })));
    let server = world.serve();
    let ada = ada(&world, &server);

    let found = |search: &str| ada.get(&format!("/api/entities?search={search}")).ok().json();

    assert_eq!(names(&found("%25")), ["100%"]);
    assert_eq!(names(&found("_")), ["Under_score"]);
    assert_eq!(names(&found("%5C")), ["Back\\slash"]);
    assert_eq!(names(&found("%C3%B6KO")), ["Ökotopia"]);
}

#[test]
fn bug_1_a_limit_below_one_becomes_one() {
    let harbour = Harbour::new();

    for limit in ["-1", "0"] {
        let page = harbour.get(&format!("/api/entities?limit={limit}&offset=-5"));
        assert_eq!((names(&page).len(), &page["limit"], &page["offset"]), (1, &json!(1), &json!(0)));
        let mentions = harbour.get(&format!("/api/entities/4/mentions?limit={limit}"));
        assert_eq!(ids(&mentions["mentions"]), [11]);
        assert_eq!(mentions["total"], 5, "the real total");
        let pairs = harbour.get(&format!("/api/entities/merge-candidates?limit={limit}"));
        assert_eq!((ids(&pairs["items"]), &pairs["total"]), (vec![2], &json!(2)));
        assert_eq!(ids(&harbour.get(&format!("/api/entities/pair-decisions?limit={limit}"))["items"]), [1]);
    }
    assert_eq!(harbour.get("/api/entities?limit=9999")["limit"], 200);
}

#[test]
fn mentions_and_relationships_name_their_source() {
    let harbour = Harbour::new();

    let mentions = harbour.get("/api/entities/1/mentions?limit=1");
    let with = harbour.get("/api/entities/1/relationships");

    assert_eq!(
        mentions["mentions"],
        json!([{
            "id": 2, "entity_id": 1, "entry_id": 2, "entry_date": "2024-05-02", "quote": "Rob came", "char_start": 0,
            "char_end": 4, "name": "Rob", "confidence": 0.75, "match_source": null, "extraction_run_id": "run",
            "model": "m", "prompt_version": 1, "created_at": "2024-08-01T10:00:00Z",
        }])
    );
    let ends = |one: &Value| {
        json!([
            one["subject_name"],
            one["subject_type"],
            one["predicate"],
            one["object_name"],
            one["object_type"],
            one["entry_date"]
        ])
    };
    assert_eq!(ends(&with["outgoing"][0]), json!(["Robert", "person", "visited", "Quitzow", "place", "2024-05-01"]));
    assert_eq!(ends(&with["incoming"][0]), json!(["Ilse", "person", "knows", "Robert", "person", "2024-05-02"]));
    for path in ["", "/mentions", "/relationships", "/merge-history"] {
        harbour.ada.get(&format!("/api/entities/99{path}")).refused(404, "not_found");
    }
}

#[test]
fn an_entry_lists_its_entities_including_quarantined() {
    let harbour = Harbour::new();

    let first = harbour.get("/api/entries/1/entities");
    let last = harbour.get("/api/entries/4/entities");

    assert_eq!(names(&first), ["Ilse", "Robert", "Quitzow"]);
    let ilse = &first["items"][0];
    assert_eq!(
        (&ilse["mention_count"], &ilse["quotes"], &ilse["last_seen"]),
        (&json!(3), &json!(["Ilse came"]), &json!(""))
    );
    assert_eq!((names(&last), &last["total"]), (vec!["Ghost"], &json!(1)));
    harbour.ada.get("/api/entries/5/entities").refused(404, "not_found");
    let counts = harbour.get("/api/entries");
    let counts: Vec<_> = counts["items"].as_array().unwrap().iter().map(|one| &one["entity_mention_count"]).collect();
    assert_eq!(counts, [1, 2, 3, 5]);
}

#[test]
fn a_bounded_key_sees_only_entities_of_reachable_entries() {
    let harbour = Harbour::new();
    let created = harbour.world.ada().json(&["key", "add", "part", "--scope", "entries:read", "--from", "2024-06-01"]);
    let part = harbour.server.key(created["key"].as_str().unwrap());

    assert_eq!(names(&part.get("/api/entries/3/entities").ok().json()), ["Bob", "Ilse"]);
    part.get("/api/entries/1/entities").refused(404, "not_found");
    part.get("/api/entities").refused(403, "outside_boundary");
    part.get("/api/entities/1").refused(403, "outside_boundary");
}

#[test]
fn renaming_an_entity_keeps_the_old_name_as_an_alias() {
    let harbour = Harbour::new();
    let patch = |body: &Value| harbour.ada.patch("/api/entities/1", body);
    let before = harbour.get("/api/entities/1");

    assert_eq!(patch(&json!({})).ok().json(), before, "nothing to change");
    let named = patch(&json!({ "canonical_name": "  robert   of the bay " })).ok().json();
    let typed = patch(&json!({ "entity_type": "organization" })).ok().json();
    let described = patch(&json!({ "description": "The neighbour." })).ok().json();
    let again = patch(&json!({ "description": "The neighbour." })).ok().json();

    assert_eq!(
        (&named["canonical_name"], &named["aliases"]),
        (&json!("Robert of the Bay"), &json!(["r/b", "rob", "robert"]))
    );
    assert_eq!((&named["is_curated"], &named["reembed_job_id"]), (&json!(true), &Value::Null));
    assert_eq!(typed["entity_type"], "organization");
    let job = described["reembed_job_id"].as_str().unwrap();
    let job = harbour.get(&format!("/api/jobs/{job}"));
    assert_eq!((&job["type"], &job["params"]["entity_id"]), (&json!("entity_reembed"), &json!(1)));
    assert_eq!(again["reembed_job_id"], Value::Null, "the description is the same");
    assert_eq!(
        harbour.corrections(),
        [
            json!(["person", "r/b", null, 1]),
            json!(["person", "rob", null, 1]),
            json!(["person", "robert of the bay", null, 1]),
            json!(["person", "robert", null, 1]),
        ]
    );
    let activity = harbour.world.ada().json(&["activity"]);
    assert!(activity["items"].as_array().unwrap().iter().any(|line| line["action"] == "ENTITY_EDITED"));
}

#[test]
fn bug_17_a_name_conflict_returns_the_existing_entity() {
    let harbour = Harbour::new();
    let before = harbour.entity_export();

    for body in [
        json!({ "canonical_name": "Bob" }),
        json!({ "canonical_name": "BOB", "description": "New." }),
        json!({ "canonical_name": "Quitzow", "entity_type": "place" }),
        json!({ "canonical_name": "ghost" }),
    ] {
        let refused = harbour.ada.patch("/api/entities/1", &body).refused(409, "entity_name_taken").json();
        assert!(refused["existing_entity_id"].is_i64(), "{refused}");
    }
    harbour.ada.patch("/api/entities/3", &json!({ "entity_type": "topic" })).refused(409, "entity_name_taken");

    assert_eq!(harbour.entity_export(), before);
}

#[test]
fn bug_2_invalid_entity_changes_are_refused() {
    let harbour = Harbour::new();
    let before = harbour.entity_export();

    let long = "a".repeat(1001);
    for (body, code) in [
        (json!({ "description": 5 }), "invalid_field"),
        (json!({ "description": null }), "invalid_field"),
        (json!({ "canonical_name": "  " }), "invalid_request"),
        (json!({ "canonical_name": long }), "invalid_request"),
        (json!({ "canonical_name": "a\u{0}b" }), "invalid_request"),
        (json!({ "description": long }), "invalid_request"),
        (json!({ "entity_type": "ghost" }), "invalid_field"),
        (json!({ "is_curated": false }), "invalid_field"),
        (json!([]), "invalid_body"),
    ] {
        harbour.ada.patch("/api/entities/1", &body).refused(400, code);
    }
    for (path, body) in [("1/aliases", json!([])), ("1/aliases", json!({ "alias": 1 })), ("merge", json!([]))] {
        assert_eq!(harbour.ada.post(&format!("/api/entities/{path}"), &body).status, 400, "{path} {body}");
    }
    harbour.ada.patch("/api/entities/merge-candidates/1", &json!({ "status": "both" })).refused(400, "invalid_field");
    harbour.ada.post("/api/entities/1/quarantine", &json!({ "reason": 1 })).refused(400, "invalid_field");

    assert_eq!(harbour.entity_export(), before);
}

#[test]
fn aliases_are_added_removed_and_remembered_as_refused() {
    let harbour = Harbour::new();
    let add =
        |id: i64, alias: &str| harbour.ada.post(&format!("/api/entities/{id}/aliases"), &json!({ "alias": alias }));

    let added = add(1, "  Robby ");
    assert_eq!((added.status, &added.json()["aliases"]), (201, &json!(["r/b", "rob", "robby"])));
    assert_eq!(add(1, "ROBBY").status, 201, "it exists already");
    let taken = add(1, "Bobby").refused(409, "alias_taken").json();
    assert_eq!(
        (
            &taken["alias"],
            &taken["existing_entity_id"],
            &taken["existing_canonical_name"],
            &taken["existing_entity_type"]
        ),
        (&json!("bobby"), &json!(2), &json!("Bob"), &json!("person"))
    );
    assert_eq!(add(1, "robert").json()["aliases"], json!(["r/b", "rob", "robby"]), "never its own name");
    add(1, " ").refused(400, "invalid_request");
    add(99, "unknown").refused(404, "not_found");

    let removed = harbour.ada.delete("/api/entities/1/aliases/R%2FB").ok().json();
    assert_eq!(removed["aliases"], json!(["rob", "robby"]), "an alias with a slash");
    harbour.ada.delete("/api/entities/1/aliases/r%2Fb").refused(404, "not_found");
    harbour.ada.delete("/api/entities/99/aliases/rob").refused(404, "not_found");
    let refused = |harbour: &Harbour| harbour.entity_export()["entities"][0]["refused_aliases"].clone();
    assert_eq!(refused(&harbour)[0]["alias"], "r/b");
    add(1, "r/b").ok();
    assert_eq!(refused(&harbour), json!([]), "the owner added it again");

    assert_eq!(harbour.get("/api/entities/aliases/lookup?alias=unknown"), json!({ "entity_id": null }));
    assert_eq!(
        harbour.get("/api/entities/aliases/lookup?alias=%20BOBBY"),
        json!({ "entity_id": 2, "canonical_name": "Bob", "entity_type": "person" })
    );
    harbour.ada.get("/api/entities/aliases/lookup").refused(400, "invalid_request");
}

#[test]
fn the_owner_quarantines_and_releases_entities() {
    let harbour = Harbour::new();

    let quarantined = harbour.get("/api/entities/quarantined");
    assert_eq!((names(&quarantined), &quarantined["total"]), (vec!["Ghost"], &json!(1)));
    assert_eq!(
        (&quarantined["items"][0]["mention_count"], &quarantined["items"][0]["last_seen"]),
        (&json!(1), &json!("2024-07-01"))
    );
    let released = harbour.post("/api/entities/6/release-quarantine", &json!({}));
    assert_eq!(
        (
            &released["is_quarantined"],
            &released["quarantine_reason"],
            &released["quarantined_at"],
            &released["is_curated"]
        ),
        (&json!(false), &json!(""), &json!(""), &json!(true))
    );
    let set = harbour.post("/api/entities/4/quarantine", &json!({ "reason": " a misreading " }));
    assert_eq!((&set["is_quarantined"], &set["quarantine_reason"]), (&json!(true), &json!("a misreading")));
    let empty = harbour.ada.send("POST", "/api/entities/4/quarantine", "", Vec::new()).ok().json();
    assert_eq!(empty["quarantine_reason"], "", "an empty body clears the reason");

    assert_eq!(names(&harbour.get("/api/entities?type=person")), ["Bob", "Ghost", "Robert"]);
    harbour.ada.post("/api/entities/99/quarantine", &json!({})).refused(404, "not_found");
    harbour.ada.post("/api/entities/99/release-quarantine", &json!({})).refused(404, "not_found");
}

#[test]
fn a_deleted_entity_is_dismissed_until_its_owner_allows_it() {
    let harbour = Harbour::new();

    assert_eq!(harbour.ada.delete("/api/entities/1").ok().json(), json!({ "deleted": true, "id": 1 }));

    harbour.ada.get("/api/entities/1").refused(404, "not_found");
    harbour.ada.delete("/api/entities/1").refused(404, "not_found");
    let after = harbour.entity_export();
    assert!(after["mentions"].as_array().unwrap().iter().all(|one| one["entity_id"] != 1));
    assert_eq!((ids(&after["relationships"]), ids(&after["merge_candidates"])), (vec![2], vec![2]));
    let dismissed = harbour.get("/api/entities/dismissed");
    let listed: Vec<_> =
        dismissed["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!((listed, &dismissed["total"]), (vec!["r/b", "rob", "robert"], &json!(3)));
    let id = &dismissed["items"][2]["id"];
    harbour.ada.delete(&format!("/api/entities/dismissed/{id}")).ok();
    harbour.ada.delete(&format!("/api/entities/dismissed/{id}")).refused(404, "not_found");
    assert_eq!(harbour.corrections(), [json!(["person", "r/b", null, null]), json!(["person", "rob", null, null])]);
}

#[test]
fn pairs_are_decided_once_and_a_decision_can_be_undone() {
    let harbour = Harbour::new();
    let resolve = |id: i64, status: &str| {
        harbour.ada.patch(&format!("/api/entities/merge-candidates/{id}"), &json!({ "status": status }))
    };

    let pending = harbour.get("/api/entities/merge-candidates");
    assert_eq!(ids(&pending["items"]), [2, 1], "most similar first");
    assert_eq!(
        (&pending["items"][1]["entity_a"]["id"], &pending["items"][1]["entity_b"]["id"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(resolve(2, "accepted").ok().json(), json!({ "id": 2, "status": "accepted" }));
    assert_eq!(names(&harbour.get("/api/entities")).len(), 5, "accepting does not merge");
    resolve(2, "dismissed").refused(404, "not_found");
    resolve(1, "dismissed").ok();
    resolve(99, "dismissed").refused(404, "not_found");

    let decisions = harbour.get("/api/entities/pair-decisions?limit=200");
    assert_eq!((ids(&decisions["items"]), &decisions["total"]), (vec![2, 1], &json!(2)));
    assert_eq!(decisions["items"][0]["decision"], "rejected");
    assert_eq!(harbour.ada.delete("/api/entities/pair-decisions/2").ok().json(), json!({ "id": 2, "deleted": true }));
    harbour.ada.delete("/api/entities/pair-decisions/2").refused(404, "not_found");
    assert_eq!(ids(&harbour.get("/api/entities/merge-candidates")["items"]), [1], "to be decided again");

    let decided = harbour.ada.post("/api/entities/pair-decisions", &json!({ "entity_ids": [2, 1] })).ok();
    assert_eq!((decided.status, &decided.json()["entity_a"]["id"]), (201, &json!(1)));
    assert_eq!(ids(&harbour.get("/api/entities/merge-candidates")["items"]), [0; 0]);
    let pair = |ids: Value| harbour.ada.post("/api/entities/pair-decisions", &json!({ "entity_ids": ids }));
    pair(json!([1, 1])).refused(400, "invalid_request");
    pair(json!([1, 99])).refused(404, "not_found");
    pair(json!([1])).refused(400, "invalid_field");
}

#[test]
fn an_empty_journal_returns_empty_results() {
    let world = World::new();
    let server = world.serve();
    let bob = bob(&world, &server);
    let get = |path: &str| bob.get(path).ok().json();

    assert_eq!(get("/api/entities?limit=-1"), json!({ "items": [], "total": 0, "limit": 1, "offset": 0 }));
    for path in ["quarantined", "merge-candidates", "pair-decisions", "dismissed"] {
        assert_eq!(get(&format!("/api/entities/{path}")), json!({ "items": [], "total": 0 }), "{path}");
    }
    assert_eq!(get("/api/dashboard/mood-entity-correlation?dimension=joy")["overall_avg"], 0.0);
    bob.post("/api/entities/merge", &json!({ "survivor_id": 1, "absorbed_ids": [2] })).refused(404, "not_found");
    bob.post("/api/entities/merge-history/1/undo", &json!({})).refused(404, "not_found");
}
