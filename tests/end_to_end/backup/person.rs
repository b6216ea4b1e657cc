//! `restore --user`: restores one user of a backup into an existing journal.

use serde_json::Value;

use crate::backup::reading::{Backup, SEARCH_WORD};
use crate::support::{ADA, Person, World, text_of};

const BOB: &str = "bob@home.example";

fn exported_entries(person: Person<'_>) -> Value {
    person.export()["entries"].clone()
}

/// Backs up Ada's journal and Bob with an entry, a password and an API key; returns the backup and the key.
fn backup_of_two_users() -> (Backup, String) {
    let world = crate::backup::reading::journal_with_entries();
    let bob = world.user(BOB);
    bob.write("Bob saw the heron too.", "2024-06-01");
    let password = world.file("password.txt", "violet hippopotamus parade");
    world.ok(&["user", "passwd", BOB, "--password-file", password.to_str().unwrap()]);
    let (_, key) = bob.key("laptop", &["search"]);
    (Backup::from_world(world, &[]), key)
}

fn bob_in(world: &World) -> Person<'_> {
    Person { world, email: BOB }
}

#[test]
fn restoring_a_user_replaces_only_that_users_notebook() {
    let (backup, key) = backup_of_two_users();
    let world = &backup.world;
    let (bobs, adas) = (exported_entries(bob_in(world)), exported_entries(world.ada()));
    bob_in(world).write("Written after the backup.", "2024-06-02");
    let before = world.json(&["user", "show", BOB])["notebooks"][0].clone();

    let asked = backup.run_on(world, "restore", &["--user", BOB, "--no-input"]).refused(2).says("--yes");
    let here = "has 2 entries from 2024-06-01 to 2024-06-02";
    assert!(asked.stderr.contains(here) && asked.stderr.contains("has 1 entry of 2024-06-01"), "{asked:#?}");
    assert_eq!(exported_entries(bob_in(world)).as_array().unwrap().len(), 2);
    let done = backup.run_on(world, "restore", &["--user", BOB, "--yes", "--json"]).ok().document();

    assert_eq!((&done["added"], &done["entries"]), (&false.into(), &1.into()), "{done}");
    assert_eq!(exported_entries(bob_in(world)), bobs);
    assert_eq!(exported_entries(world.ada()), adas);
    let now = world.json(&["user", "show", BOB])["notebooks"][0].clone();
    assert!(now != before && now == done["notebook"], "the notebook id is new: {now}");
    assert_eq!(std::fs::read_dir(world.data().join("notebooks")).unwrap().count(), 3, "the old notebook is kept");
    assert_eq!(done["replaced"], before);
    assert_eq!(world.json(&["user", "show", BOB])["notebooks"].as_array().unwrap().len(), 1, "and not in use");
    let found = world.run_with(&["search", SEARCH_WORD, "--json"], &[("JOURNAL_API_KEY", &key)], None).ok().document();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "the activity chain is valid: {report}");
    let activity = bob_in(world).json(&["activity"]);
    assert!(activity["items"].as_array().unwrap().iter().any(|event| event["action"] == "RESTORED"), "{activity}");
    assert!(world.ok(&["audit", "list"]).contains("RESTORED"));
}

#[test]
fn restored_originals_can_be_decrypted() {
    let (backup, world) = (Backup::new(), World::new());

    backup.run_on(&world, "restore", &["--user", ADA, "--yes"]).ok();

    let notebook = world.json(&["user", "show", ADA])["notebooks"][0].as_str().unwrap().to_owned();
    let media = world.data().join("notebooks").join(notebook).join("media");
    let files = std::fs::read_dir(media)
        .unwrap()
        .flatten()
        .filter(|item| item.path().extension().is_some_and(|ending| ending == "age"));
    assert_eq!(files.count(), 2);
    // A backup of the restored journal reads every original with the restored identity.
    let second = Backup::from_world(world, &[]);
    second.run_on(&World::empty(), "backup verify", &[]).ok();
}

/// Password and API keys are restored only into the installation that the backup is from.
#[test]
fn an_unknown_user_is_added_with_credentials_if_still_valid() {
    let (backup, key) = backup_of_two_users();
    let same_machine = World::empty();
    backup.run_on(&same_machine, "restore", &[]).ok();
    same_machine.ok(&["user", "delete", BOB, "--yes"]);
    backup.run_on(&same_machine, "restore", &["--user", BOB]).refused(4).says("marked for deletion");
    let other_machine = World::new();

    let done = backup.run_on(&other_machine, "restore", &["--user", BOB, "--json"]).ok().document();

    assert_eq!(done["added"], true);
    assert!(done["left_out"].to_string().contains("password and 1 API keys"), "{done}");
    assert_eq!(exported_entries(bob_in(&other_machine)), exported_entries(bob_in(&backup.world)));
    other_machine.run_with(&["search", SEARCH_WORD], &[("JOURNAL_API_KEY", &key)], None).refused(5);
    assert_eq!(other_machine.doctor().0, 0);

    // A machine restored from a backup of the same installation, older than Bob.
    let before = Backup::from_world(crate::backup::reading::journal_with_entries(), &[]);
    let world = &before.world;
    world.user(BOB);
    let (_, key) = bob_in(world).key("laptop", &["search"]);
    bob_in(world).write("Bob saw the heron too.", "2024-06-01");
    let with_bob = Backup::from_world(world.copy(), &[]);
    let machine = World::empty();
    before.run_on(&machine, "restore", &[]).ok();
    let done = with_bob.run_on(&machine, "restore", &["--user", BOB, "--json"]).ok().document();
    assert_eq!((&done["added"], &done["left_out"]), (&true.into(), &serde_json::json!([])));
    machine.run_with(&["search", SEARCH_WORD], &[("JOURNAL_API_KEY", &key)], None).ok();
}

#[test]
fn an_admin_is_restored_as_member_and_an_unknown_user_refused() {
    let (backup, world) = (Backup::new(), World::empty());
    world.ok(&["init", "--email", "zoe@home.example"]);

    let done = backup.run_on(&world, "restore", &["--user", ADA, "--json"]).ok().document();
    assert_eq!(text_of(&done["user"], "role"), "member");
    assert!(done["left_out"].to_string().contains("admin role"), "{done}");
    backup.run_on(&world, "restore", &["--user", "mallory@home.example"]).refused(3);
    backup.run_on(&world, "restore", &["--user", "not an address"]).refused(2);
    assert_eq!(std::fs::read_dir(world.data().join("notebooks")).unwrap().count(), 2);
    assert_eq!(std::fs::read_dir(world.data().join("tmp")).unwrap().count(), 0);
}

#[test]
fn a_failure_before_the_switch_leaves_the_journal_unchanged() {
    let (backup, _) = backup_of_two_users();
    let world = &backup.world;
    let (adas, folders) =
        (exported_entries(world.ada()), || std::fs::read_dir(world.data().join("notebooks")).unwrap().count());
    let files = backup.media();
    let mut bytes = std::fs::read(&files[0]).unwrap();
    bytes[200] ^= 1;
    std::fs::write(&files[0], bytes).unwrap();

    backup.run_on(world, "restore", &["--user", ADA, "--yes"]).refused(4).says("damaged or was replaced");

    assert_eq!((exported_entries(world.ada()), folders()), (adas, 2));
    assert_eq!(world.doctor().0, 0);
    backup.run_on(&World::empty(), "restore", &["--user", ADA]).refused(3);
}
