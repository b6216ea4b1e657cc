//! Entity corrections on the command line, and that later extraction runs keep them.

use serde_json::{Value, json};

use crate::support::provider::Route::AnthropicChat;
use crate::support::provider::{ANTHROPIC_KEY, Answer, Provider};
use crate::support::{World, people};

fn sample_world() -> World {
    let world = World::new();
    people::import_document(world.ada(), &people::sample_document());
    world
}

#[test]
fn every_entity_command_prints_text_and_json() {
    let world = sample_world();
    let (ada, output) = (world.ada(), |args: &[&str]| world.ada().run(args).ok().stdout);

    let list = output(&["entity", "list", "--type", "person"]);
    assert_eq!(
        list.lines().next().unwrap().split_whitespace().collect::<Vec<_>>(),
        ["ID", "TYPE", "NAME", "MENTIONS", "FIRST", "LAST", "ALIASES"]
    );
    assert!(list.contains("Robert") && !list.contains("Quitzow") && !list.contains("Ghost"), "{list}");
    assert!(output(&["entity", "list", "--quarantined"]).contains("its name is in none of its quotes"));
    let pairs = output(&["entity", "list", "--candidates"]);
    assert!(pairs.contains("1 Robert") && pairs.contains("2 Bob"), "{pairs}");
    let shown = output(&["entity", "show", "1"]);
    assert!(
        shown.starts_with("person 1: Robert\naliases: r/b, rob\nseen  to 2024-05-02")
            || shown.contains("Robert visited Quitzow (entry 1)"),
        "{shown}"
    );
    assert_eq!(ada.json(&["entity", "show", "1"])["mentions"][0]["quote"], "Rob came");
    assert_eq!(output(&["entity", "rename", "1", "robert of the bay"]), "Renamed person 1 (Robert of the Bay)\n");
    assert_eq!(output(&["entity", "type", "5", "other"]), "Changed to other 5 (Quitzow)\n");
    assert!(ada.json(&["entity", "describe", "1", "A neighbour."])["reembed_job_id"].is_string());
    assert_eq!(output(&["entity", "alias", "add", "4", "Il/se"]), "Aliases of person 4 (Ilse): il/se\n");
    assert_eq!(output(&["entity", "alias", "remove", "4", "il/se"]), "Aliases of person 4 (Ilse): none\n");
    assert_eq!(
        output(&["entity", "merge", "1", "2"]),
        "Merged 1 into person 1 (Robert of the Bay): 1 mentions moved; undo with `journal entity undo 1`\n"
    );
    assert!(output(&["entity", "history", "1"]).contains("Bob"));
    assert!(output(&["entity", "undo", "1"]).starts_with("Restored person 2 (Bob) with 1 mentions;"));
    assert!(
        output(&["entity", "split", "4", "--mentions", "6", "7", "--name", "ilse the younger"])
            .contains("Moved 2 mentions")
    );
    assert_eq!(output(&["entity", "different", "1", "2"]), "Marked Robert of the Bay and Bob as different\n");
    let pair = ada.json(&["entity", "list", "--different"])["items"][0]["id"].to_string();
    assert_eq!(output(&["entity", "different", "--undo", &pair]), format!("Removed decision {pair}\n"));
    assert!(output(&["entity", "quarantine", "3", "--reason", "no place"]).contains("journal entity release 3"));
    assert_eq!(output(&["entity", "release", "3"]), "Released place 3 (Quitzow) from quarantine\n");
    assert!(output(&["entity", "delete", "2", "--dry-run"]).starts_with("Would delete person 2 (Bob)"));
    ada.run(&["entity", "delete", "2", "--no-input"]).refused(2).says("--yes");
    assert!(output(&["entity", "delete", "2", "--yes"]).starts_with("Deleted person 2 (Bob)"));
    assert_eq!(ada.json(&["entity", "list", "--dismissed"])["total"], 2);
    ada.run(&["entity", "allow", " BOB "]).ok();
    assert_eq!(ada.json(&["entity", "list", "--dismissed"])["items"][0]["name"], "bobby");
}

#[test]
fn a_refused_entity_command_prints_the_next_step() {
    let world = sample_world();
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

/// A journal with one entry and a provider that always extracts the same entities.
struct ExtractionFixture {
    world: World,
    _provider: Provider,
    url: String,
}

impl ExtractionFixture {
    fn new() -> Self {
        let (world, provider) = (World::new(), Provider::start());
        let entity = |kind: &str, name: &str| {
            json!({ "entity_type": kind, "canonical_name": name, "quote": format!("{name} came"), "confidence": 0.9,
                    "description": null, "aliases": [], "matches_known_id": null, "match_justification": null })
        };
        let entities =
            [entity("person", "Rob"), entity("person", "Bob"), entity("place", "Ghent"), entity("topic", "Tea")];
        provider.always(AnthropicChat, Answer::text(&json!({ "entities": entities, "relationships": [] }).to_string()));
        world.ada().write("Rob came, Bob came, Ghent came, Tea came.", "2026-03-01");
        let url = provider.url();
        let fixture = Self { world, _provider: provider, url };
        fixture.extract();
        fixture
    }

    /// Runs the extraction and waits for its job.
    fn extract(&self) {
        let settings = [
            ("ANTHROPIC_API_KEY", ANTHROPIC_KEY),
            ("JOURNAL_ANTHROPIC_URL", &self.url),
            ("JOURNAL_ENABLE_MOOD_SCORING", "false"),
        ];
        self.world.run_with(&["entity", "extract", "--no-wait"], &settings, None).ok();
        self.world.run_with(&["job", "run"], &settings, None).ok();
    }

    /// Lists all entities as `type name mentions`.
    fn entities(&self) -> Vec<String> {
        let list = self.world.json(&["entity", "list", "--limit", "200"]);
        let items = list["items"].as_array().unwrap().iter();
        let line =
            |item: &Value| format!("{} {} {}", item["entity_type"], item["canonical_name"], item["mention_count"]);
        items.map(|item| line(item).replace('"', "")).collect()
    }

    fn id(&self, name: &str) -> String {
        let list = self.world.json(&["entity", "list", "--search", name]);
        list["items"][0]["id"].to_string()
    }
}

#[test]
fn an_extraction_run_keeps_the_owners_corrections() {
    let fixture = ExtractionFixture::new();
    let ok = |args: &[&str]| drop(fixture.world.ok(&[&["entity"], args].concat()));
    assert_eq!(fixture.entities(), ["person Bob 1", "person Rob 1", "place Ghent 1", "topic Tea 1"]);

    ok(&["rename", &fixture.id("Rob"), "Robert Hart"]);
    ok(&["type", &fixture.id("Ghent"), "organization"]);
    ok(&["delete", &fixture.id("Tea"), "--yes"]);
    let corrected = ["organization Ghent 1", "person Bob 1", "person Robert Hart 1"];
    assert_eq!(fixture.entities(), corrected);
    fixture.extract();
    assert_eq!(fixture.entities(), corrected);

    ok(&["merge", &fixture.id("Robert"), &fixture.id("Bob")]);
    fixture.extract();
    assert_eq!(fixture.entities(), ["organization Ghent 1", "person Robert Hart 2"]);
    ok(&["undo", "1"]);
    assert_eq!(fixture.entities(), corrected, "mentions created by a later run are restored too");
    fixture.extract();
    assert_eq!(fixture.entities(), corrected);

    let mention = fixture.world.json(&["entity", "show", &fixture.id("Bob")])["mentions"][0]["id"].to_string();
    ok(&["split", &fixture.id("Bob"), "--mentions", &mention, "--name", "Bob Roy"]);
    fixture.extract();
    assert_eq!(
        fixture.entities(),
        ["organization Ghent 1", "person Bob 0", "person Bob Roy 1", "person Robert Hart 1"],
        "a corrected entity is kept without mentions"
    );

    ok(&["alias", "remove", &fixture.id("Robert"), "rob"]);
    ok(&["allow", "tea"]);
    fixture.extract();
    let all = fixture.entities();
    assert!(all.contains(&"topic Tea 1".to_owned()), "{all:?}");
    let robert = fixture.world.json(&["entity", "show", &fixture.id("Robert Hart")]);
    assert!(!robert["aliases"].as_array().unwrap().contains(&json!("rob")), "a removed alias is not added again");
}
