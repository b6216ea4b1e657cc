//! Sources that are imported again: recognised by path or id, updated if they changed. Times of day of every source.

use serde_json::{Value, json};

use crate::support::World;

/// Writes a note and ingests the folder of notes; returns the report.
fn ingest_note(world: &World, name: &str, text: &str, flags: &[&str]) -> Value {
    world.file(&format!("notes/{name}"), text);
    let notes = world.path("inbox/notes").display().to_string();
    world.json(&[&["ingest", notes.as_str(), "--no-wait"], flags].concat())
}

fn show(world: &World, id: i64) -> Value {
    world.json(&["show", &id.to_string()])
}

#[test]
fn a_changed_file_becomes_a_new_version_of_its_entry() {
    let world = World::new();
    ingest_note(&world, "2024-03-05.md", "Walked to the quay.", &[]);

    let report = ingest_note(&world, "2024-03-05.md", "---\ntags: [private]\n---\nWalked to the quay. Soup.", &[]);

    assert_eq!((&report["updated"], &report["stored"]), (&json!(1), &json!(0)), "{report}");
    let entry = show(&world, 1);
    assert_eq!((&entry["final_text"], &entry["tags"]), (&json!("Walked to the quay. Soup."), &json!(["private"])));
    assert_eq!(world.json(&["show", "1", "--history"])["items"][0]["final_text"], "Walked to the quay.");
    assert_eq!(world.json(&["search", "soup"])["items"][0]["entry_id"], 1);
}

#[test]
fn line_ends_and_an_unchanged_text_make_no_version() {
    let world = World::new();
    ingest_note(&world, "2024-03-05.md", "Morning: the quay.\nEvening: soup.\n", &[]);

    for text in ["Morning: the quay.\r\nEvening: soup.\r\n", "Morning: the quay.\nEvening: soup.  \n\n"] {
        let report = ingest_note(&world, "2024-03-05.md", text, &[]);

        assert_eq!((&report["updated"], &report["already_there"]), (&json!(0), &json!(1)), "{report}");
    }
    assert_eq!(world.json(&["show", "1", "--history"])["items"], json!([]));
}

#[test]
fn an_entry_that_was_edited_here_is_left_as_it_is() {
    let world = World::new();
    ingest_note(&world, "2024-03-05.md", "Walked.", &[]);
    let edited = world.file("edited", "Walked, and thought.");
    world.ok(&["edit", "1", "--text", edited.to_str().unwrap()]);

    let report = ingest_note(&world, "2024-03-05.md", "Walked far.", &[]);

    assert_eq!((&report["edited_here"], &report["updated"]), (&json!(1), &json!(0)), "{report}");
    assert_eq!(show(&world, 1)["final_text"], "Walked, and thought.");
}

#[test]
fn the_policy_for_changed_files_is_skip_or_copy() {
    let world = World::new();
    ingest_note(&world, "2024-03-05.md", "Walked.", &[]);

    let skipped = ingest_note(&world, "2024-03-05.md", "Walked far.", &["--on-change", "skip"]);
    assert_eq!((&skipped["already_there"], show(&world, 1)["final_text"].clone()), (&json!(1), json!("Walked.")));
    let copied = ingest_note(&world, "2024-03-05.md", "Walked far.", &["--on-change", "copy"]);

    assert_eq!(copied["stored"], 1, "{copied}");
    assert_eq!(show(&world, 2)["final_text"], "Walked far.");
}

#[test]
fn equal_notes_of_different_days_are_all_kept() {
    let world = World::new();
    for day in ["2024-03-05", "2024-03-06", "2024-03-07"] {
        ingest_note(&world, &format!("{day}.md"), "Slept badly.", &[]);
    }

    let days: Vec<Value> =
        world.json(&["list"])["items"].as_array().unwrap().iter().map(|item| item["entry_date"].clone()).collect();

    assert_eq!(days, ["2024-03-07", "2024-03-06", "2024-03-05"]);
}

#[test]
fn a_deleted_entry_is_imported_again() {
    let world = World::new();
    ingest_note(&world, "2024-03-05.md", "Walked.", &[]);
    world.ok(&["delete", "1", "--yes"]);

    let report = ingest_note(&world, "2024-03-05.md", "Walked.", &[]);

    assert_eq!(report["stored"], 1, "{report}");
}

#[test]
fn a_changed_entry_of_jrnl_is_updated() {
    let world = World::new();
    let import = |body: &str| {
        let entry = json!({ "title": "Walk.", "body": body, "date": "2024-03-05", "time": "07:05", "tags": [] });
        let file = world.file("a.json", json!({ "entries": [entry] }).to_string());
        world.json(&["import", "jrnl", file.to_str().unwrap(), "--no-wait"])
    };
    import("To the quay.");

    let report = import("To the quay and back.");

    assert_eq!((&report["updated"], &report["taken"]), (&json!(1), &json!(0)), "{report}");
    assert_eq!(show(&world, 1)["final_text"], "To the quay and back.");
}

#[test]
fn entries_have_the_time_of_day_of_their_source() {
    let world = World::new();
    world.ok(&["write", "Supper.", "--date", "2024-03-05", "--time", "7:30 PM"]);
    world.ok(&["write", "Breakfast.", "--date", "2024-03-05", "--time", "08:31"]);
    world.ok(&["write", "No time.", "--date", "2024-03-05"]);
    ingest_note(&world, "IMG_20240305_211500.md", "From a name.", &[]);
    ingest_note(&world, "a.md", "---\ndate: 2024-03-05\ntime: 06:45\nweather: grey\n---\nFrom front matter.", &[]);
    let entry = json!({ "title": "From jrnl.", "body": "x", "date": "2024-03-05", "time": "12:05", "tags": [] });
    let file = world.file("a.json", json!({ "entries": [entry] }).to_string());
    world.ok(&["import", "jrnl", file.to_str().unwrap(), "--no-wait"]);

    let list = world.json(&["list"]);
    let times: Vec<Value> = list["items"].as_array().unwrap().iter().map(|item| item["entry_time"].clone()).collect();
    assert_eq!(json!(times), json!(["21:15", "19:30", "12:05", "08:31", "06:45", null]));
    world.ok(&["edit", "3", "--time", "10:00"]);
    assert_eq!(show(&world, 3)["entry_time"], "10:00");
    let noted = show(&world, 5);
    assert_eq!(noted["properties"], json!([{ "name": "weather", "value": "grey" }]));
    assert!(world.ok(&["show", "5"]).contains("weather: grey"));
}

#[test]
fn times_and_properties_survive_export_and_ingestion() {
    let world = World::new();
    ingest_note(&world, "a.md", "---\ndate: 2024-03-05\ntime: 06:45\nmood: [calm, 3]\n---\nRain.", &[]);
    let out = world.path("inbox/out").display().to_string();
    world.ok(&["export", "--to", &out]);

    let other = World::new();
    other.ok(&["ingest", &format!("{out}/entries"), "--no-wait"]);

    let (before, after) = (show(&world, 1), show(&other, 1));
    for field in ["entry_date", "entry_time", "properties", "final_text"] {
        assert_eq!(after[field], before[field], "{field}: {after}");
    }
}

#[test]
fn a_day_starts_at_the_hour_of_the_setting() {
    let world = World::new();
    let variables = [("ENTRY_DAY_START", "4"), ("TZ", "America/New_York")];
    world.file("notes/a.md", "---\ndate: 2024-03-06T07:30:00Z\n---\nLate.");
    let notes = world.path("inbox/notes").display().to_string();

    world.run_with(&["ingest", &notes, "--no-wait"], &variables, None).ok();

    // 02:30 in New York, two and a half hours after midnight of the 5th.
    let entry = show(&world, 1);
    assert_eq!((&entry["entry_date"], &entry["entry_time"]), (&json!("2024-03-05"), &json!("02:30")));
    world.run_with(&["list"], &[("TZ", "Foo/Bar")], None).refused(2).says("the time zone Foo/Bar in TZ is unknown");
}
