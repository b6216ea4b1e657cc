//! Mapping of source users to users of this journal (`--owner`).

use serde_json::json;

use crate::journal_server_import::{import, import_report, open_database, user_report};
use crate::support::World;
use crate::support::legacy_database::fill::{ADA, BOB};
use crate::support::legacy_database::python::Python;

#[test]
fn the_seeded_admin_needs_an_owner_if_it_has_data() {
    let world = World::new();
    let python = open_database(&world, 10);
    python
        .connection
        .execute_batch(
            "UPDATE entries SET user_id = 1 WHERE user_id = 2; UPDATE entities SET user_id = 1 WHERE user_id = 2;
        DELETE FROM users WHERE id = 2",
        )
        .unwrap();
    let db = python.stop();

    import(&world, &db, &[]).refused(2).says("--owner admin@journal.local=");
    import(&world, &db, &["--dry-run"]).refused(2).says("admin@journal.local");
    let report = import_report(&world, &db, &["--owner", "admin@journal.local=ada@home.example"]);

    assert_eq!(user_report(&report, "admin@journal.local")["email"], ADA);
    assert_eq!(world.json(&["list", "--user", ADA])["total"], 5);
}

#[test]
fn an_old_database_without_users_needs_an_owner() {
    let world = World::new();
    let python = Python::new(&world.path("inbox/journal.db"), 8);
    crate::support::legacy_database::fill::all(&python, 10, &crate::journal_server_import::now());
    let db = python.stop();

    import(&world, &db, &[]).refused(2).says("--owner admin@journal.local=");
    let report = import_report(&world, &db, &["--owner", "Admin@Journal.Local=carol@home.example"]);

    assert_eq!((&report["schema_version"], &report["users"][0]["email"]), (&json!(8), &json!("carol@home.example")));
    assert_eq!(world.json(&["list", "--user", "carol@home.example"])["total"], 10);
}

#[test]
fn two_users_cannot_map_to_one_and_unknown_users_are_refused() {
    let world = World::new();
    let db = open_database(&world, 10).stop();

    import(&world, &db, &["--owner", "bob@home.example=ADA@home.example"]).refused(2).says("both map to");
    import(&world, &db, &["--owner", "carol@home.example=carol@home.example"]).refused(2).says("no user");
    import(&world, &db, &["--owner", "carol"]).refused(2);
    import(&world, &db, &["--owner", "bob@home.example=no-address"]).refused(2);

    assert_eq!(world.json(&["list", "--user", ADA])["total"], 0);
}

#[test]
fn a_journal_with_entries_is_not_merged_with_an_import() {
    let world = World::new();
    world.ada().write("mine", "2026-03-04");
    let db = open_database(&world, 10).stop();

    import(&world, &db, &[]).refused(4).says("not empty");
    let report = import_report(&world, &db, &["--owner", "ada@home.example=old@home.example"]);

    assert_eq!(world.json(&["list", "--user", ADA])["total"], 1);
    assert_eq!(world.json(&["list", "--user", "old@home.example"])["total"], 5);
    assert_eq!(user_report(&report, BOB)["outcome"], "imported");
    world.ok(&["user", "delete", BOB, "--yes"]);
    let other = world.path("inbox/other.db");
    std::fs::copy(&db, &other).unwrap();
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("UPDATE users SET created_at = '2020-01-01T00:00:00Z'")
        .unwrap();
    import(&world, &other, &["--owner", "ada@home.example=older@home.example"]).refused(4).says("marked for deletion");
}
