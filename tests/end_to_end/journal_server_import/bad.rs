//! Files that cannot be imported: each is refused with one clear message and nothing changes.

use std::process::Stdio;

use rusqlite::{Connection, OpenFlags};
use serde_json::json;

use crate::journal_server_import::{database, import, import_report, open_database};
use crate::support::World;
use crate::support::legacy_database::fill::ADA;
use crate::support::legacy_database::python::{NEWEST, Python};

#[test]
fn a_file_that_is_not_a_journal_server_database_is_refused() {
    let world = World::new();
    let words =
        world.file("notes.md", "only words, many enough to fill a header of a hundred bytes and more, I hope so.\n");
    let empty = world.file("empty.db", "");
    let cut = world.file("cut.db", "SQLite format 3\0");
    let others = world.path("inbox/others.db");
    Connection::open(&others)
        .unwrap()
        .execute_batch("CREATE TABLE notes (id INTEGER); PRAGMA user_version = 3")
        .unwrap();
    let alike = world.path("inbox/alike.db");
    Connection::open(&alike)
        .unwrap()
        .execute_batch("CREATE TABLE entries (id INTEGER); PRAGMA user_version = 3")
        .unwrap();
    let future = Python::new(&world.path("inbox/future.db"), NEWEST);
    future.connection.pragma_update(None, "user_version", 39).unwrap();
    let future = future.stop();

    import(&world, &words, &[]).refused(4).says("not a SQLite database, or is encrypted");
    import(&world, &empty, &[]).refused(4).says("not a SQLite database");
    import(&world, &cut, &[]).refused(4);
    import(&world, &world.accounts(), &[]).refused(4).says("encrypted");
    import(&world, &others, &[]).refused(4).says("another program");
    import(&world, &alike, &[]).refused(4).says("another program");
    import(&world, &future, &[]).refused(4).says("version 39, but only versions up to 38");
    import(&world, &world.path("inbox/missing.db"), &[]).refused(3).says("missing.db");
    import(&world, &world.path("inbox"), &[]).refused(4);
    assert_eq!(world.json(&["user", "list"])["items"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_damaged_database_is_refused_and_nothing_is_imported() {
    let world = World::new();
    let db = database(&world, 300);
    let mut bytes = std::fs::read(&db).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40_000].fill(0xa5);
    std::fs::write(&db, bytes).unwrap();

    let run = import(&world, &db, &[]).refused(4);

    assert!(run.stderr.contains("damaged") || run.stderr.contains("an unexpected schema"), "{run:?}");
    assert_eq!(world.json(&["list", "--user", ADA])["total"], 0);
}

/// Runs a closure while a Python process holds the database open.
fn while_open(db: &std::path::Path, work: impl FnOnce()) {
    let script = "import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute('SELECT COUNT(*) FROM entries').fetchone()
print('open', flush=True)
sys.stdin.read()";
    let mut python = std::process::Command::new("python3")
        .args(["-c", script])
        .arg(db)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(python.stdout.take().unwrap()), &mut line).unwrap();
    assert_eq!(line, "open\n");
    work();
    drop(python.stdin.take());
    assert!(python.wait().unwrap().success());
}

#[test]
fn a_database_in_use_is_refused_until_its_server_stops() {
    let world = World::new();
    let db = database(&world, 10);

    while_open(&db, || drop(import(&world, &db, &[]).refused(4).says("in use").says("stop the Python server first")));

    import_report(&world, &db, &[]);
}

#[test]
fn the_write_ahead_log_of_a_killed_server_is_read_unchanged() {
    let world = World::new();
    let db = database(&world, 10);
    let killed = world.path("inbox/killed.db");
    let open = Connection::open(&db).unwrap();
    open.execute_batch("PRAGMA wal_autocheckpoint = 0; UPDATE entries SET final_text = 'only in the log' WHERE id = 1")
        .unwrap();
    for ending in ["", "-wal"] {
        std::fs::copy(format!("{}{ending}", db.display()), format!("{}{ending}", killed.display())).unwrap();
    }
    drop(open);
    let log = world.path("inbox/killed.db-wal");
    let bytes =
        |path: &std::path::Path| (std::fs::read(path).unwrap(), std::fs::metadata(path).unwrap().modified().unwrap());
    let before = (bytes(&killed), bytes(&log));

    import_report(&world, &killed, &[]);

    assert_eq!(world.json(&["show", "1", "--user", ADA])["final_text"], "only in the log");
    assert!(before == (bytes(&killed), bytes(&log)), "the source changed");
}

#[test]
fn a_database_with_a_rollback_journal_is_refused() {
    let world = World::new();
    let db = database(&world, 10);
    world.file("journal.db-journal", "a journal of what is to be taken back");

    import(&world, &db, &[]).refused(4).says("an unfinished write");
}

#[test]
fn a_symlink_a_read_only_file_and_an_odd_name_are_accepted() {
    let world = World::new();
    let odd = world.path("inbox/50% of?#\n ü.db");
    let db = database(&world, 10);
    std::fs::rename(&db, &odd).unwrap();
    let link = world.path("inbox/link.db");
    std::os::unix::fs::symlink(&odd, &link).unwrap();
    crate::support::chmod(&odd, 0o400);

    let report = import_report(&world, &link, &[]);

    assert_eq!(report["schema_version"], json!(38));
    assert_eq!(world.json(&["list", "--user", ADA])["total"], 5);
}

#[test]
fn views_and_triggers_of_the_source_are_never_run() {
    let world = World::new();
    let python = open_database(&world, 10);
    python
        .connection
        .execute_batch(
            "DROP TABLE conversations;
             CREATE VIEW conversations AS SELECT load_extension('/tmp/evil.so') AS id;
             CREATE VIEW temp_users AS SELECT 1;
             CREATE TRIGGER evil AFTER INSERT ON entries BEGIN SELECT load_extension('/tmp/evil.so'); END",
        )
        .unwrap();
    let db = python.stop();

    import_report(&world, &db, &[]);

    let open = Connection::open_with_flags(&db, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    assert_eq!(open.query_row("SELECT COUNT(*) FROM entries", [], |row| row.get::<_, i64>(0)).unwrap(), 10);
}
