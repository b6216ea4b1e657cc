//! The default user: commands without `--user` keep working when there are several users.

use serde_json::json;

use crate::support::{ADA, World};

const BOB: &str = "bob@home.example";
const CAROL: &str = "carol@home.example";

#[test]
fn a_second_user_breaks_no_command_of_the_first() {
    let world = World::new();
    world.ok(&["write", "Rain all day.", "--date", "2024-05-01"]);
    let bob = world.user(BOB);
    bob.write("Snow.", "2024-05-02");
    world.user(CAROL);

    world.ok(&["write", "Sun at last.", "--date", "2024-05-03"]);

    assert_eq!(world.json(&["list"])["total"], 2);
    assert_eq!(bob.json(&["list"])["total"], 1);
    assert_eq!(world.run_with(&["list", "--json"], &[("JOURNAL_USER", BOB)], None).ok().document()["total"], 1);
    assert_eq!(world.json(&["user", "default"])["user"]["email"], ADA);
    assert_eq!(world.json(&["user", "list"])["default_user_id"], 1);
    assert!(world.ok(&["user", "list"]).contains("active, default"));
}

#[test]
fn another_default_user_can_be_chosen() {
    let world = World::new();
    world.user(BOB).write("Snow.", "2024-05-02");

    let said = world.ok(&["user", "default", BOB]);

    assert!(said.starts_with("Commands work on the journal of bob@home.example"), "{said}");
    assert_eq!(world.json(&["list"])["total"], 1);
    assert_eq!(
        world.ok(&["user", "default"]),
        "Commands work on the journal of bob@home.example unless --user names another\n"
    );
    assert!(world.ok(&["audit", "list"]).contains("DEFAULT_USER_SET"));
    world.run(&["user", "default", CAROL]).refused(3);
    world.ok(&["user", "disable", BOB]);
    world.run(&["list"]).refused(6).says("disabled");
    world.ok(&["user", "default", ADA]);
    assert_eq!(world.json(&["list"])["total"], 0);
}

#[test]
fn a_deleted_default_user_leaves_the_choice_to_the_operator() {
    let world = World::new();
    world.user(BOB).write("Snow.", "2024-05-02");
    world.ok(&["user", "admin", BOB]);
    world.ok(&["user", "delete", ADA, "--yes"]);

    assert_eq!(world.json(&["list"])["total"], 1, "the only user who is left");
    world.user(CAROL);
    let asked = world.run(&["list"]).refused(2);
    assert!(asked.stderr.contains("--user EMAIL") && asked.stderr.contains("journal user default EMAIL"), "{asked:#?}");
    world.run(&["user", "default", ADA]).refused(4).says("marked for deletion");
    world.ok(&["user", "delete", ADA, "--now", "--yes"]);
    assert_eq!(world.json(&["user", "default"])["user"], json!(null));
    world.run(&["list"]).refused(2);
    world.ok(&["user", "default", CAROL]);
    world.ok(&["list"]);
}
