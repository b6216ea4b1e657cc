//! What an owner says of people and places on the command line, and that no later run takes it back.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "support/mod.rs"]
mod support;

use serde_json::Value;
use serde_json::json;

use crate::support::World;
use crate::support::people;
use crate::support::provider::ANTHROPIC_KEY;
use crate::support::provider::Answer;
use crate::support::provider::Provider;
use crate::support::provider::Route::AnthropicChat;

fn harbour() -> World {
    let world = World::new();
    people::bring(world.ada(), &people::harbour());
    world
}

#[test]
fn every_verb_answers_a_person_and_a_program() {
    let world = harbour();
    let (ada, says) = (world.ada(), |args: &[&str]| world.ada().run(args).ok().stdout);

    let list = says(&["entity", "list", "--type", "person"]);
    assert_eq!(
        list.lines().next().unwrap().split_whitespace().collect::<Vec<_>>(),
        ["ID", "TYPE", "NAME", "MENTIONS", "FIRST", "LAST", "ALSO"]
    );
    assert!(list.contains("Robert") && !list.contains("Quitzow") && !list.contains("Ghost"), "{list}");
    assert!(says(&["entity", "list", "--quarantined"]).contains("its name is in none of its quotes"));
    assert!(says(&["entity", "list", "--candidates"]).contains("1 Robert  2 Bob"));
    let shown = says(&["entity", "show", "1"]);
    assert!(
        shown.starts_with("person 1: Robert\nalso r/b, rob\nseen  to 2024-05-02")
            || shown.contains("Robert visited Quitzow (entry 1)"),
        "{shown}"
    );
    assert_eq!(ada.json(&["entity", "show", "1"])["mentions"][0]["quote"], "Rob came");
    assert_eq!(says(&["entity", "rename", "1", "robert of the bay"]), "Renamed person 1 (Robert of the Bay)\n");
    assert_eq!(says(&["entity", "type", "5", "other"]), "It is other 5 (Quitzow)\n");
    assert!(ada.json(&["entity", "describe", "1", "A neighbour."])["reembed_job_id"].is_string());
    assert_eq!(says(&["entity", "alias", "add", "4", "Il/se"]), "person 4 (Ilse) has il/se\n");
    assert_eq!(says(&["entity", "alias", "remove", "4", "il/se"]), "person 4 (Ilse) has no other name\n");
    assert_eq!(
        says(&["entity", "merge", "1", "2"]),
        "Merged 1 into person 1 (Robert of the Bay): 1 mentions moved; undo with `journal entity undo 1`\n"
    );
    assert!(says(&["entity", "history", "1"]).contains("Bob"));
    assert!(says(&["entity", "undo", "1"]).starts_with("person 2 (Bob) is there again, with 1 mentions;"));
    assert!(
        says(&["entity", "split", "4", "--mentions", "6", "7", "--name", "ilse the younger"])
            .contains("Moved 2 mentions")
    );
    assert_eq!(says(&["entity", "different", "1", "2"]), "Robert of the Bay and Bob are two\n");
    let pair = ada.json(&["entity", "list", "--different"])["items"][0]["id"].to_string();
    assert_eq!(says(&["entity", "different", "--undo", &pair]), format!("Took decision {pair} back\n"));
    assert!(says(&["entity", "quarantine", "3", "--reason", "no place"]).contains("journal entity release 3"));
    assert_eq!(says(&["entity", "release", "3"]), "Took place 3 (Quitzow) back\n");
    assert!(says(&["entity", "delete", "2", "--dry-run"]).starts_with("Would delete person 2 (Bob)"));
    ada.run(&["entity", "delete", "2", "--no-input"]).refused(2).says("--yes");
    assert!(says(&["entity", "delete", "2", "--yes"]).starts_with("Deleted person 2 (Bob)"));
    assert_eq!(ada.json(&["entity", "list", "--dismissed"])["total"], 2);
    ada.run(&["entity", "allow", " BOB "]).ok();
    assert_eq!(ada.json(&["entity", "list", "--dismissed"])["items"][0]["name"], "bobby");
}

#[test]
fn what_cannot_be_done_is_told_with_the_next_step() {
    let world = harbour();
    let ada = world.ada();

    for (args, code) in [
        (&["entity", "show", "99"][..], 3),
        (&["entity", "rename", "1", "bob"], 4),
        (&["entity", "merge", "1", "1"], 2),
        (&["entity", "merge", "1", "99"], 3),
        (&["entity", "undo", "99"], 3),
        (&["entity", "split", "1", "--mentions", "1"], 2),
        (&["entity", "split", "1", "--mentions", "3", "--into", "2"], 3),
        (&["entity", "type", "1", "ghost"], 2),
        (&["entity", "alias", "add", "1", "bobby"], 4),
        (&["entity", "alias", "remove", "1", "nobody"], 3),
        (&["entity", "different", "1", "1"], 2),
        (&["entity", "allow", "nobody"], 3),
    ] {
        ada.run(args).refused(code);
    }
}

/// A journal whose one entry is looked through by a provider that always says the same.
struct Runs {
    world: World,
    _provider: Provider,
    url: String,
}

impl Runs {
    fn new() -> Self {
        let (world, provider) = (World::new(), Provider::start());
        let named = |kind: &str, name: &str| {
            json!({ "entity_type": kind, "canonical_name": name, "quote": format!("{name} came"), "confidence": 0.9,
                    "description": null, "aliases": [], "matches_known_id": null, "match_justification": null })
        };
        let found = [named("person", "Rob"), named("person", "Bob"), named("place", "Ghent"), named("topic", "Tea")];
        provider.always(AnthropicChat, Answer::text(&json!({ "entities": found, "relationships": [] }).to_string()));
        world.ada().write("Rob came, Bob came, Ghent came, Tea came.", "2026-03-01");
        let url = provider.url();
        let runs = Self { world, _provider: provider, url };
        runs.again();
        runs
    }

    /// Has the entry looked through anew.
    fn again(&self) {
        let settings = [
            ("ANTHROPIC_API_KEY", ANTHROPIC_KEY),
            ("JOURNAL_ANTHROPIC_URL", &self.url),
            ("JOURNAL_ENABLE_MOOD_SCORING", "false"),
        ];
        self.world.run_with(&["entity", "extract", "--no-wait"], &settings, None).ok();
        self.world.run_with(&["job", "run"], &settings, None).ok();
    }

    /// Returns what there is, each with its mentions.
    fn all(&self) -> Vec<String> {
        let list = self.world.json(&["entity", "list", "--limit", "200"]);
        let items = list["items"].as_array().unwrap().iter();
        let one =
            |item: &Value| format!("{} {} {}", item["entity_type"], item["canonical_name"], item["mention_count"]);
        items.map(|item| one(item).replace('"', "")).collect()
    }

    fn id(&self, name: &str) -> String {
        let list = self.world.json(&["entity", "list", "--search", name]);
        list["items"][0]["id"].to_string()
    }
}

#[test]
fn no_run_takes_back_what_the_owner_said() {
    let runs = Runs::new();
    let ok = |args: &[&str]| drop(runs.world.ok(&[&["entity"], args].concat()));
    assert_eq!(runs.all(), ["person Bob 1", "person Rob 1", "place Ghent 1", "topic Tea 1"]);

    ok(&["rename", &runs.id("Rob"), "Robert Hart"]);
    ok(&["type", &runs.id("Ghent"), "organization"]);
    ok(&["delete", &runs.id("Tea"), "--yes"]);
    let said = ["organization Ghent 1", "person Bob 1", "person Robert Hart 1"];
    assert_eq!(runs.all(), said);
    runs.again();
    assert_eq!(runs.all(), said);

    ok(&["merge", &runs.id("Robert"), &runs.id("Bob")]);
    runs.again();
    assert_eq!(runs.all(), ["organization Ghent 1", "person Robert Hart 2"]);
    ok(&["undo", "1"]);
    assert_eq!(runs.all(), said, "mentions that were written anew come back too");
    runs.again();
    assert_eq!(runs.all(), said);

    let mention = runs.world.json(&["entity", "show", &runs.id("Bob")])["mentions"][0]["id"].to_string();
    ok(&["split", &runs.id("Bob"), "--mentions", &mention, "--name", "Bob Roy"]);
    runs.again();
    assert_eq!(
        runs.all(),
        ["organization Ghent 1", "person Bob 0", "person Bob Roy 1", "person Robert Hart 1"],
        "the curated one stays without mentions"
    );

    ok(&["alias", "remove", &runs.id("Robert"), "rob"]);
    ok(&["allow", "tea"]);
    runs.again();
    let all = runs.all();
    assert!(all.contains(&"topic Tea 1".to_owned()) && all.contains(&"person Rob 1".to_owned()), "{all:?}");
}
