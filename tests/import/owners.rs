//! Who becomes whom.

use serde_json::json;

use crate::begun;
use crate::fill::ADA;
use crate::fill::BOB;
use crate::import;
use crate::imported;
use crate::python::Python;
use crate::support::World;
use crate::told;

#[test]
fn the_seeded_admin_is_asked_for_by_name_once_something_is_theirs() {
    let world = World::new();
    let python = begun(&world, 10);
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
    let report = imported(&world, &db, &["--owner", "admin@journal.local=ada@home.example"]);

    assert_eq!(told(&report, "admin@journal.local")["email"], ADA);
    assert_eq!(world.json(&["list", "--user", ADA])["total"], 5);
}

#[test]
fn an_old_database_without_users_is_somebodys() {
    let world = World::new();
    let python = Python::new(&world.path("inbox/journal.db"), 8);
    crate::fill::all(&python, 10, &crate::now());
    let db = python.stop();

    import(&world, &db, &[]).refused(2).says("--owner admin@journal.local=");
    let report = imported(&world, &db, &["--owner", "Admin@Journal.Local=carol@home.example"]);

    assert_eq!((&report["schema_version"], &report["users"][0]["email"]), (&json!(8), &json!("carol@home.example")));
    assert_eq!(world.json(&["list", "--user", "carol@home.example"])["total"], 10);
}

#[test]
fn two_never_become_one_and_nobody_is_invented() {
    let world = World::new();
    let db = begun(&world, 10).stop();

    import(&world, &db, &["--owner", "bob@home.example=ADA@home.example"]).refused(2).says("would both become");
    import(&world, &db, &["--owner", "carol@home.example=carol@home.example"]).refused(2).says("no user");
    import(&world, &db, &["--owner", "carol"]).refused(2);
    import(&world, &db, &["--owner", "bob@home.example=nobody"]).refused(2);

    assert_eq!(world.json(&["list", "--user", ADA])["total"], 0);
}

#[test]
fn a_journal_in_which_somebody_wrote_is_not_mixed_with_another() {
    let world = World::new();
    world.ada().write("mine", "2026-03-04");
    let db = begun(&world, 10).stop();

    import(&world, &db, &[]).refused(4).says("not empty");
    let report = imported(&world, &db, &["--owner", "ada@home.example=old@home.example"]);

    assert_eq!(world.json(&["list", "--user", ADA])["total"], 1);
    assert_eq!(world.json(&["list", "--user", "old@home.example"])["total"], 5);
    assert_eq!(told(&report, BOB)["outcome"], "imported");
    world.ok(&["user", "delete", BOB, "--yes"]);
    let other = world.path("inbox/other.db");
    std::fs::copy(&db, &other).unwrap();
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("UPDATE users SET created_at = '2020-01-01T00:00:00Z'")
        .unwrap();
    import(&world, &other, &["--owner", "ada@home.example=older@home.example"]).refused(4).says("marked for deletion");
}
