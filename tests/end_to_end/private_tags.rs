//! A key that must not see a tag sees no note with it, in whatever way the tag is written.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::World;

/// Spellings of the tag `private` in front matter.
const SPELLINGS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/private_tags.txt"));
/// Notes with each spelling.
const NOTES: usize = 25;
/// Word in the text of every private note.
const PRIVATE_WORD: &str = "wisteria";

/// Returns 40 spellings or more.
fn spellings() -> Vec<&'static str> {
    let found: Vec<&str> = SPELLINGS.trim_end_matches('\n').split("\n%%%\n").collect();
    assert!(found.len() >= 40, "{} spellings", found.len());
    found
}

/// Writes the notes with every spelling, and one that everybody may see.
fn write_notes(world: &World) -> usize {
    let spellings = spellings();
    for (kind, block) in spellings.iter().enumerate() {
        for number in 0..NOTES {
            let text = format!("---\n{block}\n---\nThe {PRIVATE_WORD} of kind {kind}, number {number}.\n");
            world.file(&format!("notes/{kind}/2024-03-05 {kind} of {number}.md"), text);
        }
    }
    world.file("notes/open.md", "---\ntags: [work]\ntitle: Open: to all\n---\nThe open heron.\n");
    spellings.len() * NOTES
}

/// Creates a key without the tag, and returns a function that runs a command with it.
fn limited_key(world: &World) -> impl Fn(&[&str]) -> Value + '_ {
    let created = world.json(&["key", "add", "helper", "--read-only", "--without-tag", "private"]);
    let key = created["key"].as_str().unwrap().to_owned();
    move |args| world.run_with(&[args, &["--json"]].concat(), &[("JOURNAL_API_KEY", &key)], None).ok().document()
}

/// Asserts that a key sees the open entry only.
fn assert_hidden(world: &World, total: usize) {
    let run = limited_key(world);
    let listed = world.json(&["list"]);
    assert_eq!(listed["total"], total + 1, "every note is an entry");

    let seen = run(&["list", "--limit", "100"]);
    assert_eq!((&seen["total"], seen["items"].as_array().unwrap().len()), (&json!(1), 1), "{seen}");
    let open = seen["items"][0]["id"].as_i64().unwrap();
    for query in [PRIVATE_WORD, "wisteria of kind", "private"] {
        let found = run(&["search", query]);
        let hits = found["items"].as_array().unwrap();
        assert!(hits.iter().all(|hit| hit["entry_id"] == open || hit["id"] == open), "{query}: {found}");
    }
    assert_eq!(run(&["stats"])["total_entries"], 1);
    let created = world.json(&["key", "add", "reader", "--read-only", "--without-tag", "private"]);
    let key = [("JOURNAL_API_KEY", created["key"].as_str().unwrap())];
    let highest = i64::try_from(total).unwrap() + 1;
    // One note of each spelling.
    for id in (1..=highest).filter(|id| *id != open).step_by(NOTES) {
        world.run_with(&["show", &id.to_string()], &key, None).refused(3);
    }
}

fn notes(world: &World) -> String {
    Path::new(&world.path("inbox/notes")).to_str().unwrap().to_owned()
}

#[test]
fn an_import_hides_private_notes_from_a_limited_key() {
    let world = World::new();
    let total = write_notes(&world);

    let report = world.json(&["import", "markdown", &notes(&world), "--no-wait"]);

    assert_eq!((&report["taken"], &report["refused"]), (&json!(total + 1), &json!([])));
    assert_hidden(&world, total);
}

#[test]
fn an_ingest_hides_private_notes_from_a_limited_key() {
    let world = World::new();
    let total = write_notes(&world);

    world.ok(&["ingest", &notes(&world), "--no-wait"]);

    assert_hidden(&world, total);
}

#[test]
fn a_note_with_unreadable_tags_is_refused_by_name() {
    let world = World::new();
    let long = "x".repeat(51);
    let blocks = [format!("tags: [{long}]"), format!("{}tags: [private]", "note: x\n".repeat(3000))];
    for (number, block) in blocks.iter().enumerate() {
        let text = format!("---\n{block}\n---\nTold Kari.");
        let path = world.file(&format!("notes/therapy{number}.md"), text);
        world.run(&["ingest", path.to_str().unwrap()]).refused(2).says("therapy").says("tags of the front matter");
    }

    let run = world.run(&["import", "markdown", &notes(&world), "--no-wait", "--json"]);

    let refused = run.document()["refused"].clone();
    assert_eq!((&refused[0]["name"], &refused[1]["name"]), (&json!("therapy0.md"), &json!("therapy1.md")), "{run:?}");
    assert_eq!(world.json(&["list"])["total"], 0);
}
