//! Dry runs, repeated runs and killed runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::journal_server_import::{database, import_report, open_database, user_report};
use crate::support::legacy_database::fill::{self, ADA, BOB};
use crate::support::legacy_database::python::{Python, text};
use crate::support::{World, env_number};

/// Returns every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let items = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = items.filter(|item| item.file_type().is_file()).map(walkdir::DirEntry::into_path);
    files.map(|path| (path.clone(), std::fs::read(&path).unwrap())).collect()
}

/// Returns the data of both users as the command line reports it.
fn user_data(world: &World) -> Value {
    let of = |email: &str| {
        let person = crate::support::Person { world, email };
        let mut jobs = person.json(&["job", "list"])["items"].as_array().unwrap().clone();
        // Embedding jobs are created by the import, with new ids.
        jobs.retain(|job| job["type"] != "reprocess_embeddings");
        for job in &mut jobs {
            // Unfinished jobs get the time of the import as their end.
            job["finished_at"] = Value::Null;
        }
        json!({ "export": person.export(), "keys": person.json(&["key", "list"]), "jobs": jobs,
                "sessions": person.json(&["session", "list"])["items"].as_array().map(Vec::len) })
    };
    json!({ "ada": of(ADA), "bob": of(BOB), "users": world.json(&["user", "list"]) })
}

#[test]
fn a_dry_run_reports_everything_and_writes_nothing() {
    let world = World::new();
    let db = database(&world, 100);
    let before = files(&world.data());

    let planned = import_report(&world, &db, &["--dry-run"]);

    assert_eq!(planned["dry_run"], true);
    assert!(files(&world.data()) == before, "a file changed");
    assert_eq!(world.json(&["user", "list"])["items"].as_array().map(Vec::len), Some(1));
    let mut report = import_report(&world, &db, &[]);
    // The dry run assigns no user id.
    for user in report["users"].as_array_mut().unwrap() {
        if user["email"] == BOB {
            user["user_id"] = Value::Null;
        }
    }
    report["dry_run"] = json!(true);
    assert_eq!(planned, report, "the dry run and the run report the same");
}

#[test]
fn a_second_run_reports_already_imported_and_changes_nothing() {
    let world = World::new();
    let db = database(&world, 60);
    import_report(&world, &db, &[]);
    world.run(&["edit", "1", "--title", "Mine", "--user", ADA]).ok();
    world.run(&["delete", "3", "--yes", "--user", ADA]).ok();
    let before = user_data(&world);

    let report = import_report(&world, &db, &[]);

    assert_eq!(user_report(&report, ADA)["outcome"], "already_here");
    assert_eq!(user_report(&report, BOB)["rows"], json!({}));
    assert_eq!(user_data(&world), before);
    let shown = crate::journal_server_import::import(&world, &db, &[]).ok().stdout;
    assert!(shown.contains("is already imported"), "{shown}");
}

#[test]
fn a_user_added_since_the_last_run_is_imported_by_the_next() {
    let world = World::new();
    let db = database(&world, 20);
    import_report(&world, &db, &[]);
    let source = rusqlite::Connection::open(&db).unwrap();
    source
        .execute_batch(
            "
        INSERT INTO users (id, email, display_name, created_at, updated_at)
        VALUES (9, 'dora@home.example', 'Dora', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
        INSERT INTO entries (id, user_id, entry_date, source_type, raw_text, word_count, created_at, updated_at)
        VALUES (500, 9, '2026-01-01', 'text_entry', 'rain', 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
        PRAGMA wal_checkpoint(TRUNCATE)",
        )
        .unwrap();
    drop(source);

    let report = import_report(&world, &db, &[]);

    assert_eq!(user_report(&report, ADA)["outcome"], "already_here");
    assert_eq!(
        (&user_report(&report, "dora@home.example")["outcome"], &user_report(&report, "dora@home.example")["user_id"]),
        (&json!("imported"), &json!(9))
    );
    assert_eq!(world.json(&["show", "500", "--user", "dora@home.example"])["raw_text"], "rain");
}

#[test]
fn a_killed_import_is_completed_by_the_next_run() {
    let world = World::new();
    let db = open_database(&world, 300).stop();
    let size = |world: &World| files(&world.data()).values().map(|bytes| bytes.len() as u64).sum::<u64>();
    let whole = world.copy();
    let from = size(&whole);
    import_report(&whole, &db, &[]);
    let (to, wanted) = (size(&whole), user_data(&whole));
    let rounds = env_number("JOURNAL_CRASH_ROUNDS").unwrap_or(6);
    let mut killed_midway = 0;

    for round in 0..rounds {
        let scene = world.copy();
        // More is written than remains: the log is checkpointed.
        let mark = from + (to - from) * 3 / 2 * round / rounds;
        let mut command = scene.command();
        command.args(["import", "journal-server", "--db"]).arg(&db);
        let mut child = command.spawn().unwrap();
        while child.try_wait().unwrap().is_none() && bytes_written(&scene) < mark {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed_midway += u64::from(bytes_written(&scene) > from);

        import_report(&scene, &db, &[]);

        assert_eq!(user_data(&scene), wanted, "killed after {mark} bytes");
        assert_eq!(scene.doctor().1["problems"], whole.doctor().1["problems"]);
    }
    assert!(killed_midway > 0, "no run was killed after its first write");
}

/// Returns the bytes below the data directory, whose files appear and disappear meanwhile.
fn bytes_written(world: &World) -> u64 {
    let items = walkdir::WalkDir::new(world.data()).into_iter().flatten();
    items
        .filter_map(|item| item.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .map(|metadata| metadata.len())
        .sum()
}

fn insert_odd_entry(python: &Python, id: i64, owner: i64, date: &str) {
    let at = || text("2026-01-01T00:00:00Z");
    python.insert(
        "entries",
        &[
            ("id", id.into()),
            ("user_id", owner.into()),
            ("entry_date", text(date)),
            ("source_type", text(if id == 102 { "telepathy" } else { "text_entry" })),
            (
                "raw_text",
                if id == 103 { rusqlite::types::Value::Blob(b"caf\xe9 au lait".to_vec()) } else { text("rain") },
            ),
            ("word_count", text("many")),
            ("content_start_char", 2.into()),
            ("content_end_char", 200.into()),
            ("created_at", at()),
            ("updated_at", at()),
        ],
    );
}

/// Adds rows with invalid or unusual values.
fn insert_odd_rows(python: &Python) {
    let at = || text("2026-01-01T00:00:00Z");
    for (id, owner, date) in
        [(101, 2, "20260401"), (102, 2, "no date"), (103, 2, "2026-W14-3"), (104, 77, "2026-01-01")]
    {
        insert_odd_entry(python, id, owner, date);
    }
    python.connection.execute_batch("UPDATE entries SET raw_text = CAST(raw_text AS TEXT) WHERE id = 103").unwrap();
    for (id, entry, start, end) in [(901, 101, 0, 4), (902, 101, 0, 5), (903, 4711, 0, 1)] {
        let row = [
            ("id", id.into()),
            ("entry_id", entry.into()),
            ("char_start", start.into()),
            ("char_end", end.into()),
            ("created_at", at()),
        ];
        python.insert("entry_uncertain_spans", &row);
    }
    python.insert(
        "mood_scores",
        &[
            ("id", 911.into()),
            ("entry_id", 101.into()),
            ("dimension", text("joy")),
            ("score", text("0.25")),
            ("confidence", text("much")),
            ("created_at", text("when?")),
        ],
    );
    python.insert(
        "source_files",
        &[
            ("id", 921.into()),
            ("entry_id", 101.into()),
            ("file_path", text("a")),
            ("file_type", text("b")),
            ("file_hash", text("none")),
            ("created_at", at()),
        ],
    );
    python.insert(
        "entry_pages",
        &[
            ("id", 922.into()),
            ("entry_id", 101.into()),
            ("page_number", 1.into()),
            ("raw_text", text("rain")),
            ("source_file_id", 921.into()),
            ("created_at", at()),
        ],
    );
    python.insert(
        "entity_mentions",
        &[
            ("id", 931.into()),
            ("entity_id", 1.into()),
            ("entry_id", 2.into()),
            ("quote", text("Bob's")),
            ("confidence", 1.into()),
            ("extraction_run_id", text("r")),
            ("created_at", at()),
        ],
    );
    python.insert(
        "jobs",
        &[
            ("id", text("not a uuid")),
            ("type", text("x")),
            ("status", text("failed")),
            ("params_json", text("[]")),
            ("user_id", 2.into()),
            ("created_at", at()),
        ],
    );
    python.insert(
        "jobs",
        &[
            ("id", text(&fill::job_id(7777))),
            ("type", text("x")),
            ("status", text("failed")),
            ("params_json", text("[]")),
            ("user_id", 2.into()),
            ("created_at", at()),
        ],
    );
}

#[test]
fn invalid_rows_are_reported_and_repairable_ones_repaired() {
    let world = World::new();
    let python = open_database(&world, 20);
    insert_odd_rows(&python);
    let db = python.stop();

    let report = import_report(&world, &db, &[]);

    let rows = &user_report(&report, ADA)["rows"];
    let notes = |table: &str, skipped: bool| {
        let notes = rows[table]["notes"].as_array().unwrap().iter();
        notes
            .filter(|note| note["skipped"] == skipped)
            .map(|note| note["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(notes("entries", false), ["101", "102", "103"], "{rows}");
    assert_eq!(notes("entry_uncertain_spans", true), ["902"], "a span past the end of its text");
    assert_eq!(
        (notes("mood_scores", false), notes("source_files", true)),
        (vec!["911".to_owned()], vec!["921".to_owned()])
    );
    assert_eq!(notes("entity_mentions", true), ["931"], "a mention in another user's entry");
    assert_eq!((notes("jobs", true), notes("jobs", false)), (vec!["not a uuid".to_owned()], vec![fill::job_id(7777)]));
    assert_eq!(
        (&report["strays"]["entries"]["ids"], &report["strays"]["entry_uncertain_spans"]["ids"]),
        (&json!(["104"]), &json!(["903"]))
    );
    assert_eq!(report["other_tables"]["storylines"], 1);
    let shown = |id: &str| world.json(&["show", id, "--user", ADA]);
    let (compact, nameless, week) = (shown("101"), shown("102"), shown("103"));
    assert_eq!((&compact["entry_date"], &compact["date_confirmed"]), (&json!("2026-04-01"), &json!(true)));
    assert_eq!((&compact["word_count"], &compact["content_boundary"]), (&json!(1), &Value::Null));
    assert_eq!((&nameless["entry_date"], &nameless["date_confirmed"]), (&json!("2026-01-01"), &json!(false)));
    assert_eq!(nameless["source_type"], "text_entry");
    assert_eq!((&week["entry_date"], &week["raw_text"]), (&json!("2026-04-01"), &json!("caf\u{fffd} au lait")));
    assert!(!report.to_string().contains("au lait") && !report.to_string().contains("rain"), "content in a report");
}
