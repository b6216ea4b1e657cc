//! An account that goes: what goes with it is told before and after, and nothing of it is left.

use serde_json::json;

use crate::support::World;
use crate::support::needles;
use crate::support::pictures;
use crate::tree;

const WALDO: &str = "waldemar.canary@hidden-village.example";
const PHRASE: &str = "marmalade heron of Quellwasser";

/// A person with a bit of everything.
fn waldo(world: &World) {
    world.ok(&["user", "add", WALDO, "--name", "Waldemar Zwetschgenbaum"]);
    world.file("notes/a.md", format!("---\ndate: 2024-05-01\n---\n{PHRASE} ![](sea.jpg)"));
    world.file("notes/sea.jpg", pictures::jpeg(64, 64, 3));
    let notes = world.path("inbox/notes");
    world.ok(&["import", "markdown", notes.to_str().unwrap(), "--user", WALDO]);
    world.ok(&["key", "add", "laptop", "--user", WALDO]);
}

#[test]
fn what_will_go_is_told_before_it_is_asked() {
    let world = World::new();
    waldo(&world);

    let run = world.run(&["user", "delete", WALDO, "--no-input"]).refused(2);

    assert!(run.stderr.contains("1 journals, 1 entries, 1 originals"), "{run:#?}");
    assert!(run.stderr.contains("1 keys") && run.stderr.contains("Backups"), "{run:#?}");
    world.run(&["user", "delete", WALDO, "--now", "--no-input"]).refused(2);
    world.run(&["user", "delete", "nobody@home.example", "--yes"]).refused(3);
    world.ok(&["list", "--user", WALDO]);
}

#[test]
fn destroyed_at_once_with_a_receipt_and_nothing_left_in_any_file() {
    let world = World::new();
    waldo(&world);
    let bytes = pictures::jpeg(64, 64, 3).len();
    let notebooks = || std::fs::read_dir(world.data().join("notebooks")).unwrap().count();
    assert_eq!(notebooks(), 2);

    let receipt = world.json(&["user", "delete", WALDO, "--now", "--yes"]);

    let log = world.data().join("accounts.db-wal");
    assert!(std::fs::metadata(log).map_or(0, |facts| facts.len()) == 0, "what was deleted is not in the log either");
    let gone = &receipt["users"][0];
    assert_eq!((&gone["entries"], &gone["originals"]), (&json!(1), &json!(1)), "{receipt}");
    assert_eq!((&gone["original_bytes"], &gone["keys"], &gone["jobs"]), (&json!(bytes), &json!(1), &json!(1)));
    assert_eq!((&gone["notebooks"], &gone["sessions"]), (&json!(1), &json!(0)));
    assert!(!receipt.to_string().contains("waldemar"), "without names");
    assert_eq!(notebooks(), 1);
    world.run(&["list", "--user", WALDO]).refused(3);
    let trail = world.json(&["audit", "list"]);
    let line = trail["items"].as_array().unwrap().iter().find(|event| event["action"] == "USER_PURGED").unwrap();
    let resource = line["resource"].as_str().unwrap();
    assert!(resource.starts_with("user:2 notebooks=1 entries=1 originals=1"), "{resource}");
    world.ok(&["audit", "verify"]);
    let found = needles::scan(&world.data(), &needles::needles(&[PHRASE, WALDO, "Waldemar Zwetschgenbaum"])).0;
    assert_eq!(found, [] as [String; 0]);
    let ada = tree::exported(world.ada(), "out");
    assert_eq!(tree::document(&ada)["entries"], json!([]), "the others are as they were");
}

#[test]
fn a_deletion_can_be_taken_back_and_the_last_admin_stays() {
    let world = World::new();
    waldo(&world);

    world.ok(&["user", "delete", WALDO, "--yes"]);
    assert_eq!(world.json(&["user", "purge"])["users"], json!([]), "not for seven days");
    world.ok(&["user", "delete", WALDO, "--undo"]);
    assert_eq!(world.json(&["list", "--user", WALDO])["total"], 1);

    world.run(&["user", "delete", crate::support::ADA, "--now", "--yes"]).refused(4).says("last admin");
    world.run(&["user", "delete", WALDO, "--now", "--undo", "--yes"]).refused(2);
    world.ok(&["user", "delete", WALDO, "--yes"]);
    world.ok(&["user", "delete", WALDO, "--now", "--yes"]);
}
