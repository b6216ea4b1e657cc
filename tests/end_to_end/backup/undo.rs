//! `restore --user` keeps the replaced journal for seven days; `restore --undo` brings it back.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::backup::reading::{Backup, journal_with_entries};
use crate::support::{ADA, Person, World};
use journal::app::state::AppState;
use journal::clock::FixedClock;
use journal::config::{Config, EnvironmentSnapshot};
use journal::entropy::OsEntropy;
use journal::services::accounts::users;
use journal::services::auth;

const BOB: &str = "bob@home.example";

fn notebook_folders(world: &World) -> usize {
    std::fs::read_dir(world.data().join("notebooks")).unwrap().count()
}

/// Backs up Ada and Bob, writes another entry of Bob, and restores Bob; returns the backup and Bob's journal before.
fn restored_bob() -> (Backup, Value) {
    let world = journal_with_entries();
    world.user(BOB).write("Bob saw the heron too.", "2024-06-01");
    let backup = Backup::from_world(world, &[]);
    let bob = Person { world: &backup.world, email: BOB };
    bob.write("Written after the backup.", "2024-06-02");
    let before = bob.export();
    let shown = backup.run_on(&backup.world, "restore", &["--user", BOB, "--yes"]).ok();
    assert!(shown.stdout.contains("kept for 7 days: `journal restore --undo --user bob@home.example`"), "{shown:#?}");
    (backup, before)
}

#[test]
fn an_undone_restore_brings_the_replaced_journal_back() {
    let (backup, before) = restored_bob();
    let world = &backup.world;
    let bob = Person { world, email: BOB };
    let (_, key) = bob.key("laptop", &["entries:read"]);
    let restored = bob.export();
    assert_ne!(restored, before);

    let done = bob.json(&["restore", "--undo"]);

    assert_eq!((&done["entries"], &done["user"]["email"]), (&json!(2), &json!(BOB)), "{done}");
    assert_eq!(bob.export(), before);
    let listed = world.run_with(&["list", "--json"], &[("JOURNAL_API_KEY", &key)], None).ok().document();
    assert_eq!(listed["total"], 2, "keys keep working");
    bob.run(&["restore", "--undo"]).ok();
    assert_eq!(bob.export(), restored, "a second undo reverses the first");
    bob.run(&["restore", "--undo"]).ok();
    assert_eq!((bob.export(), notebook_folders(world), world.doctor().0), (before, 3, 0));
    let audit = world.ok(&["audit", "list"]);
    assert!(audit.contains("NOTEBOOK_SET_ASIDE") && audit.contains("RESTORE_UNDONE"), "{audit}");
    assert!(bob.json(&["activity"]).to_string().contains("RESTORE_UNDONE"));
}

#[test]
fn an_undo_is_refused_without_a_replaced_journal() {
    let world = World::new();
    world.run(&["restore", "--undo", "--user", ADA]).refused(3).says("no such replaced journal of ada@home.example");
    world.run(&["restore", "--undo", "--user", "mallory@home.example"]).refused(3);
    world.run(&["restore", "--undo"]).refused(2).says("--user EMAIL");
    world.run(&["restore", "--user", ADA]).refused(2);
    world.run(&["restore", "x.tar.age", "--undo", "--user", ADA]).refused(2);
    let (_, key) = world.ada().key("everything", &["account", "admin:users"]);
    let by_key = world.run_with(&["restore", "--undo", "--user", ADA], &[("JOURNAL_API_KEY", &key)], None);
    by_key.refused(6).says("only the operator");
}

/// Runs the purge of the server with a clock that is ahead by a duration; returns the number of destroyed notebooks.
#[expect(clippy::disallowed_methods, reason = "the program under test uses the system clock")]
fn purge_after(world: &World, ahead: SignedDuration) -> usize {
    let pairs = [("HOME".to_owned(), world.path("home").into_os_string())];
    let config = Config::load(Vec::new(), None, &EnvironmentSnapshot::from_iter(pairs)).unwrap();
    let clock = FixedClock(Timestamp::now() + ahead);
    let app = AppState::open(config, Arc::new(clock), Arc::new(OsEntropy)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(users::purge(&auth::server(Arc::new(app)))).unwrap().replaced_notebooks.len()
}

#[test]
fn a_replaced_journal_is_destroyed_after_seven_days() {
    let (backup, _) = restored_bob();
    let world = &backup.world;
    let bob = Person { world, email: BOB };
    let week = SignedDuration::from_hours(7 * 24);
    assert_eq!(world.json(&["user", "purge", "--dry-run"])["replaced_notebooks"], json!([]));
    assert_eq!(purge_after(world, week - SignedDuration::from_hours(1)), 0);
    assert_eq!(notebook_folders(world), 3);

    assert_eq!(purge_after(world, week + SignedDuration::from_hours(1)), 1);

    assert_eq!((notebook_folders(world), world.doctor().0), (2, 0));
    bob.run(&["restore", "--undo"]).refused(3);
    assert_eq!(bob.json(&["list"])["total"], 1, "the restored journal is unchanged");
    assert!(world.ok(&["audit", "list"]).contains("NOTEBOOK_PURGED"));
}

#[test]
fn a_replaced_journal_is_backed_up_and_destroyed_with_its_user() {
    let (backup, before) = restored_bob();
    let world = &backup.world;
    let bob = Person { world, email: BOB };
    world.ok(&["keyring", "rotate", "--deep", "--yes"]);
    bob.run(&["restore", "--undo"]).ok();
    assert_eq!(bob.export(), before);

    let second = Backup::from_world(world.copy(), &[]);
    let machine = World::empty();
    second.run_on(&machine, "restore", &[]).ok();
    assert_eq!(notebook_folders(&machine), 3);
    Person { world: &machine, email: BOB }.run(&["restore", "--undo"]).ok();
    assert_eq!(Person { world: &machine, email: BOB }.json(&["list"])["total"], 1);

    let receipt = world.json(&["user", "delete", BOB, "--now", "--yes"]);
    assert_eq!((&receipt["users"][0]["notebooks"], &receipt["users"][0]["entries"]), (&json!(2), &json!(3)));
    assert_eq!((notebook_folders(world), world.doctor().0), (1, 0));
}
