//! The trash: deleted entries can be restored for a number of days, then nothing of them remains.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::{World, needles, people, pictures, text_of};
use journal::app::state::AppState;
use journal::clock::FixedClock;
use journal::config::{Config, EnvironmentSnapshot};
use journal::entropy::OsEntropy;
use journal::services::{auth, entries};

const PHRASE: &str = "marmalade heron of Quellwasser";
const TITLE: &str = "Tangerine funeral procession";

/// Imports a note with a picture, edits it, and returns its id.
fn add_note(world: &World) -> String {
    world.file("notes/a.md", format!("---\ndate: 2024-05-01\ntags: [rain]\n---\n{PHRASE} ![](sea.jpg)"));
    world.file("notes/sea.jpg", pictures::jpeg(64, 64, 3));
    world.ok(&["import", "markdown", world.path("inbox/notes").to_str().unwrap()]);
    world.ok(&["edit", "1", "--title", TITLE]);
    world.ok(&["mood", "set", "1", "joy_sadness", "0.5"]);
    "1".to_owned()
}

fn original_files(world: &World) -> Vec<PathBuf> {
    let media = world.notebook().parent().unwrap().join("media");
    std::fs::read_dir(media).unwrap().map(|item| item.unwrap().path()).collect()
}

fn trash_ids(world: &World) -> Vec<i64> {
    let items = world.json(&["trash", "list"])["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

fn actions(world: &World) -> Vec<String> {
    let log = world.json(&["activity", "--limit", "200"]);
    let lines = log["items"].as_array().unwrap().iter().filter(|line| line["source"] == "journal");
    lines.map(|line| format!("{} {}", text_of(line, "action"), text_of(line, "resource"))).collect()
}

#[test]
fn a_deleted_entry_is_restored_with_everything() {
    let world = World::new();
    people::import_document(world.ada(), &people::sample_document());
    world.ok(&["job", "run"]);
    let before = world.ada().export();
    let moods = world.json(&["mood", "show", "2"]);

    let said = world.run(&["delete", "1", "2", "4", "--yes"]).ok();

    assert!(said.stdout.starts_with("Deleted entry 1 (2024-05-01, "), "{said:#?}");
    assert!(said.stderr.contains("journal trash restore") && said.stderr.contains("30 days"), "{said:#?}");
    assert_eq!(world.json(&["list"])["total"], 1);
    world.run(&["show", "1"]).refused(3);
    assert_eq!(world.json(&["search", "Quitzow"])["items"], json!([]));
    assert_eq!(trash_ids(&world), [4, 2, 1]);
    assert_ne!(world.ada().export(), before);
    assert!(!world.ada().export().to_string().contains("rowed"), "an export leaves the trash out");

    let restored = world.ok(&["trash", "restore", "4", "1", "2", "1"]);

    assert_eq!(restored, "Restored entry 1\nRestored entry 2\nRestored entry 4\n");
    assert_eq!(world.ada().export(), before);
    assert_eq!(world.json(&["mood", "show", "2"]), moods);
    assert_eq!(world.json(&["search", "rowed"])["items"][0]["entry_id"], 2);
    assert_eq!(world.json(&["entity", "list"])["total"], before["entities"].as_array().unwrap().len() - 1);
    assert_eq!((trash_ids(&world), world.doctor().0), (vec![], 0));
    let pending = world.json(&["job", "list", "--status", "queued"]);
    assert_eq!(pending["total"], 0, "embedded again at once: {pending}");
}

#[test]
fn the_trash_is_listed_with_dates_and_restored_or_not_at_all() {
    let world = World::new();
    for day in 1..=3 {
        world.ada().write(&format!("Rain, day {day}."), &format!("2024-05-0{day}"));
    }
    world.ok(&["delete", "1", "2", "--yes"]);

    let page = world.json(&["trash", "list", "--limit", "1", "--offset", "1"]);

    let (item, total) = (&page["items"][0], &page["total"]);
    assert_eq!((&item["id"], &item["entry_date"], total), (&json!(1), &json!("2024-05-01"), &json!(2)));
    assert_eq!((&item["preview"], &item["word_count"]), (&json!("Rain, day 1."), &json!(3)));
    let deleted: Timestamp = text_of(item, "deleted_at").parse().unwrap();
    let due: Timestamp = text_of(item, "destroyed_from").parse().unwrap();
    assert_eq!((due.duration_since(deleted), &page["keep_days"]), (SignedDuration::from_hours(720), &json!(30)));
    let table = world.run(&["trash", "list", "--limit", "1"]).ok();
    assert!(table.stdout.contains("DESTROYED FROM") && table.stdout.contains("Rain, day 2."), "{table:#?}");
    assert!(table.stderr.contains("1 of 2 entries"), "{table:#?}");
    world.run(&["trash", "list", "--limit", "0"]).refused(2);
    world.run(&["trash", "restore", "1", "3"]).refused(3).says("no such entry in the trash: 3");
    world.run(&["trash", "empty", "1", "77", "--yes"]).refused(3).says("77");
    assert_eq!(trash_ids(&world), [2, 1]);
    let years = [("JOURNAL_TRASH_DAYS", "365")];
    assert_eq!(world.run_with(&["trash", "list", "--json"], &years, None).ok().document()["keep_days"], 365);
    world.run_with(&["trash", "list"], &[("JOURNAL_TRASH_DAYS", "0")], None).refused(2).says("trash.days");
}

#[test]
fn nothing_of_a_destroyed_entry_remains() {
    let world = World::new();
    let needles = needles::needles(&[PHRASE, TITLE]);
    for destroy in
        [vec!["delete", "1", "--now", "--yes"], vec!["trash", "empty", "--yes"], vec!["trash", "empty", "1", "--yes"]]
    {
        let world = world.copy();
        add_note(&world);
        if destroy[0] == "trash" {
            world.ok(&["delete", "1", "--yes"]);
            world.ok(&["job", "run"]);
            assert_eq!(original_files(&world).len(), 1, "the trash keeps originals");
            assert!(world.json(&["trash", "list"]).to_string().contains(TITLE));
        }

        world.ok(&destroy);

        assert_eq!((original_files(&world).len(), trash_ids(&world).len()), (0, 0), "{destroy:?}");
        world.run(&["trash", "restore", "1"]).refused(3);
        assert_eq!(needles::scan(&world.data(), &needles).0, [] as [String; 0]);
        // The decrypted journal has no row of it either.
        let folder = world.path("inbox/backup");
        world.ok(&["export", "--to", folder.to_str().unwrap()]);
        assert_eq!(needles::scan(&folder, &needles).0, [] as [String; 0], "{destroy:?}");
        assert!(actions(&world).contains(&"ENTRY_PURGED entry:1".to_owned()), "{destroy:?}");
        assert_eq!(world.doctor().0, 0);
    }
}

#[test]
fn emptying_asks_with_counts_and_dates() {
    let world = World::new();
    for day in 1..=3 {
        world.ada().write("One two three.", &format!("2024-05-0{day}"));
    }
    assert_eq!(world.ok(&["trash", "empty"]), "The trash is empty\n");
    world.ok(&["delete", "1", "3", "--yes"]);

    world.run(&["trash", "empty"]).refused(2).says("Destroy 2 entries from 2024-05-01 to 2024-05-03 with 6 words");
    assert_eq!(world.ok(&["trash", "empty", "3", "--dry-run"]), "Would destroy 1 entry of 2024-05-03 with 3 words\n");
    assert_eq!(trash_ids(&world).len(), 2);
    let done = world.json(&["trash", "empty", "--yes"]);

    assert_eq!(done["deleted"], true);
    assert_eq!(done["ids"].as_array().unwrap().len(), 2);
    assert_eq!(trash_ids(&world), [] as [i64; 0]);
    let found = actions(&world);
    assert_eq!(found[..2], ["ENTRY_PURGED entry:1", "ENTRY_PURGED entry:3"].map(str::to_owned));
}

/// Purges the trash as a server does, with a clock that shows the given time; returns the number of destroyed entries.
fn purge_at(world: &World, at: Timestamp) -> usize {
    let pairs = [("HOME".to_owned(), world.path("home").into_os_string())];
    let config = Config::load(Vec::new(), None, &EnvironmentSnapshot::from_iter(pairs)).unwrap();
    let app = AppState::open(config, Arc::new(FixedClock(at)), Arc::new(OsEntropy)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(entries::purge_due_trash(&auth::operator(Arc::new(app), None).unwrap())).unwrap()
}

#[test]
fn entries_are_destroyed_after_their_days_and_not_before() {
    let world = World::new();
    add_note(&world);
    world.ada().write("Kept.", "2024-06-01");
    world.ok(&["delete", "1", "--yes"]);
    let deleted: Timestamp = text_of(&world.json(&["trash", "list"])["items"][0], "deleted_at").parse().unwrap();
    let month = SignedDuration::from_hours(30 * 24);

    assert_eq!(purge_at(&world, deleted + month - SignedDuration::from_secs(1)), 0);
    assert_eq!((trash_ids(&world), original_files(&world).len()), (vec![1], 1));
    assert_eq!(purge_at(&world, deleted + month), 1);

    assert_eq!((trash_ids(&world), original_files(&world).len()), (vec![], 0));
    assert_eq!(purge_at(&world, deleted + month + month), 0, "purged only once");
    assert_eq!(world.json(&["list"])["total"], 1);
    let log = world.json(&["activity"]);
    let purge = log["items"].as_array().unwrap().iter().find(|line| line["action"] == "ENTRY_PURGED").unwrap().clone();
    assert_eq!((&purge["actor"], &purge["resource"]), (&json!("server"), &json!("entry:1")));
}

#[test]
fn a_file_of_a_deleted_entry_is_ingested_again() {
    let world = World::new();
    let file = world.file("a.md", "An entry of rain.");
    let ingest = || world.json(&["ingest", file.to_str().unwrap()])["items"][0]["id"].as_i64().unwrap();
    let first = ingest();
    world.ok(&["delete", &first.to_string(), "--yes"]);

    let second = ingest();

    assert_ne!(first, second);
    world.ok(&["trash", "restore", &first.to_string()]);
    assert_eq!(world.json(&["list"])["total"], 2);
}

#[test]
fn an_export_is_imported_while_its_entries_are_in_the_trash() {
    let world = World::new();
    add_note(&world);
    let folder = world.path("inbox/export");
    world.ok(&["export", "--to", folder.to_str().unwrap()]);
    world.ok(&["delete", "1", "--yes"]);

    world.ok(&["import", "journal", folder.to_str().unwrap()]);
    let restored = world.json(&["trash", "restore", "1"]);

    assert_eq!(restored["restored"], json!([{ "trash_id": 1, "id": 2 }]));
    let originals = |id: &str| -> Value { world.json(&["show", id, "--media"])["items"][0]["bytes"].clone() };
    assert_eq!(originals("1"), originals("2"));
    assert_eq!((original_files(&world).len(), world.doctor().0), (2, 0));
}

#[test]
fn a_limited_key_deletes_and_cannot_read_the_trash() {
    let world = World::new();
    let (hers, own) = (world.ada().write("The lamplighter.", "2023-01-01"), world.ada().write("Rain.", "2024-05-01"));
    world.ok(&["delete", &hers.to_string(), "--yes"]);
    let scopes = ["--scope", "entries:read", "--scope", "entries:write", "--scope", "ingest"];
    let created = world.json(&[&["key", "add", "bounded", "--from", "2024-01-01"], &scopes[..]].concat());
    let with_key = |args: &[&str]| world.run_with(args, &[("JOURNAL_API_KEY", text_of(&created, "key"))], None);

    with_key(&["delete", &own.to_string(), "--yes"]).ok();

    with_key(&["list", "--json"]).ok();
    for args in [
        vec!["trash", "list"],
        vec!["trash", "restore", "2"],
        vec!["trash", "empty", "2", "--yes"],
        vec!["trash", "empty", "--yes"],
    ] {
        with_key(&args).refused(6).says("limited to a part of the journal");
    }
    assert_eq!(trash_ids(&world), [own, hers]);
}

#[test]
fn doctor_and_deletion_receipts_count_the_trash() {
    let world = World::new();
    let bob = world.user("bob@home.example");
    bob.write("Rain.", "2024-05-01");
    bob.write("Snow.", "2024-05-02");
    bob.run(&["delete", "1", "--yes"]).ok();

    let (_, report) = world.doctor();
    let receipt = world.json(&["user", "delete", "bob@home.example", "--now", "--yes"]);

    let check = report["checks"].as_array().unwrap().iter().find(|check| check["name"] == "trash").unwrap();
    assert!(text_of(check, "detail").starts_with("1 deleted entries, the oldest from "), "{check}");
    assert_eq!(check["mark"], "ok");
    assert_eq!((&receipt["users"][0]["entries"], &receipt["users"][0]["trashed"]), (&json!(1), &json!(1)));
}
