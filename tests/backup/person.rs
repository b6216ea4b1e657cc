//! One person out of a backup, into a journal that is in use.

use serde_json::Value;

use crate::reading::Backup;
use crate::reading::WORD;
use crate::support::ADA;
use crate::support::Person;
use crate::support::World;
use crate::support::text_of;

const BOB: &str = "bob@home.example";

fn entries(person: Person<'_>) -> Value {
    person.export()["entries"].clone()
}

/// Ada's journal, and Bob with an entry, a password and a key, backed up.
fn two() -> (Backup, String) {
    let world = crate::reading::journal();
    let bob = world.user(BOB);
    bob.write("Bob saw the heron too.", "2024-06-01");
    let password = world.file("password.txt", "violet hippopotamus parade");
    world.ok(&["user", "passwd", BOB, "--password-file", password.to_str().unwrap()]);
    let (_, key) = bob.key("laptop", &["search"]);
    (Backup::of(world, &[]), key)
}

fn bob_of(world: &World) -> Person<'_> {
    Person { world, email: BOB }
}

#[test]
fn a_person_who_is_here_gets_the_journal_of_the_backup_and_nobody_else_notices() {
    let (backup, key) = two();
    let world = &backup.world;
    let (then, hers) = (entries(bob_of(world)), entries(world.ada()));
    bob_of(world).write("Written after the backup.", "2024-06-02");
    let before = world.json(&["user", "show", BOB])["notebooks"][0].clone();

    backup.run_on(world, "restore", &["--user", BOB, "--no-input"]).refused(2).says("--yes");
    assert_eq!(entries(bob_of(world)).as_array().unwrap().len(), 2);
    let done = backup.run_on(world, "restore", &["--user", BOB, "--yes", "--json"]).ok().document();

    assert_eq!((&done["added"], &done["entries"]), (&false.into(), &1.into()), "{done}");
    assert_eq!(entries(bob_of(world)), then);
    assert_eq!(entries(world.ada()), hers);
    let now = world.json(&["user", "show", BOB])["notebooks"][0].clone();
    assert!(now != before && now == done["notebook"], "a new id: {now}");
    assert_eq!(std::fs::read_dir(world.data().join("notebooks")).unwrap().count(), 2, "the old one is destroyed");
    let found = world.run_with(&["search", WORD, "--json"], &[("JOURNAL_API_KEY", &key)], None).ok().document();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "its activity is linked anew: {report}");
    let lines = bob_of(world).json(&["activity"]);
    assert!(lines["items"].as_array().unwrap().iter().any(|line| line["action"] == "RESTORED"), "{lines}");
    assert!(world.ok(&["audit", "list"]).contains("RESTORED"));
}

#[test]
fn originals_come_along_and_open() {
    let (backup, world) = (Backup::new(), World::new());

    backup.run_on(&world, "restore", &["--user", ADA, "--yes"]).ok();

    let notebook = world.json(&["user", "show", ADA])["notebooks"][0].as_str().unwrap().to_owned();
    let media = world.data().join("notebooks").join(notebook).join("media");
    let files = std::fs::read_dir(media)
        .unwrap()
        .flatten()
        .filter(|item| item.path().extension().is_some_and(|ending| ending == "age"));
    assert_eq!(files.count(), 2);
    // A backup of what was restored reads every original with the identity that came along.
    let again = Backup::of(world, &[]);
    again.run_on(&World::empty(), "backup verify", &[]).ok();
}

#[test]
fn a_person_who_is_not_here_is_added_with_what_opens_the_account_only_where_it_is_good() {
    let (backup, key) = two();
    let same = World::empty();
    backup.run_on(&same, "restore", &[]).ok();
    same.ok(&["user", "delete", BOB, "--yes"]);
    backup.run_on(&same, "restore", &["--user", BOB]).refused(4).says("marked for deletion");
    let other = World::new();

    let done = backup.run_on(&other, "restore", &["--user", BOB, "--json"]).ok().document();

    assert_eq!(done["added"], true);
    assert!(done["left_out"].to_string().contains("password and 1 keys"), "{done}");
    assert_eq!(entries(bob_of(&other)), entries(bob_of(&backup.world)));
    other.run_with(&["search", WORD], &[("JOURNAL_API_KEY", &key)], None).refused(5);
    assert_eq!(other.doctor().0, 0);

    // The installation of the backup before Bob came.
    let before = Backup::of(crate::reading::journal(), &[]);
    let world = &before.world;
    world.user(BOB);
    let (_, key) = bob_of(world).key("laptop", &["search"]);
    bob_of(world).write("Bob saw the heron too.", "2024-06-01");
    let with_bob = Backup::of(world.copy(), &[]);
    let machine = World::empty();
    before.run_on(&machine, "restore", &[]).ok();
    let done = with_bob.run_on(&machine, "restore", &["--user", BOB, "--json"]).ok().document();
    assert_eq!((&done["added"], &done["left_out"]), (&true.into(), &serde_json::json!([])));
    machine.run_with(&["search", WORD], &[("JOURNAL_API_KEY", &key)], None).ok();
}

#[test]
fn an_admin_comes_along_as_a_member_and_a_stranger_not_at_all() {
    let (backup, world) = (Backup::new(), World::empty());
    world.ok(&["init", "--email", "zoe@home.example"]);

    let done = backup.run_on(&world, "restore", &["--user", ADA, "--json"]).ok().document();
    assert_eq!(text_of(&done["user"], "role"), "member");
    assert!(done["left_out"].to_string().contains("role of an admin"), "{done}");
    backup.run_on(&world, "restore", &["--user", "mallory@home.example"]).refused(3);
    backup.run_on(&world, "restore", &["--user", "not an address"]).refused(2);
    assert_eq!(std::fs::read_dir(world.data().join("notebooks")).unwrap().count(), 2);
    assert_eq!(std::fs::read_dir(world.data().join("tmp")).unwrap().count(), 0);
}

#[test]
fn what_fails_before_the_switch_leaves_the_journal_as_it_was() {
    let (backup, _) = two();
    let world = &backup.world;
    let (hers, folders) = (entries(world.ada()), || std::fs::read_dir(world.data().join("notebooks")).unwrap().count());
    let files = backup.media();
    let mut bytes = std::fs::read(&files[0]).unwrap();
    bytes[200] ^= 1;
    std::fs::write(&files[0], bytes).unwrap();

    backup.run_on(world, "restore", &["--user", ADA, "--yes"]).refused(4).says("damaged or was swapped");

    assert_eq!((entries(world.ada()), folders()), (hers, 2));
    assert_eq!(world.doctor().0, 0);
    backup.run_on(&World::empty(), "restore", &["--user", ADA]).refused(3);
}
