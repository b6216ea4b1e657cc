//! Migrations: whatever fails, the journal is the one of before or the one of after, with everything in it.
//!
//! `released/` is a data directory of three entries and a key as version 0.1.0 left it, with accounts at schema 3 and a
//! notebook at schema 5.

use std::path::Path;

use serde_json::Value;

use crate::layer::everywhere;
use crate::support::World;
use crate::support::chmod;

const NOTEBOOK: &str = "3f4e4c50-2384-43b5-93e3-0df38ba18f50";

/// Puts the released data directory into a home of its own.
fn released() -> World {
    let world = World::empty();
    let folder = world.data().join("notebooks").join(NOTEBOOK);
    for below in [folder.join("media"), world.data().join("tmp"), world.config()] {
        std::fs::create_dir_all(below).unwrap();
    }
    let from = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/released"));
    for (name, to) in [
        ("accounts.db", world.accounts()),
        ("keyring.json", world.keyring()),
        ("notebook.db", folder.join("notebook.db")),
        ("secret", world.secret()),
    ] {
        std::fs::copy(from.join(name), &to).unwrap();
        chmod(&to, 0o600);
    }
    for folder in
        [world.data(), world.data().join("notebooks"), world.data().join("tmp"), folder.clone(), folder.join("media")]
    {
        chmod(&folder, 0o700);
    }
    world
}

fn holds_everything(world: &World, when: &str) {
    let listed = world.json(&["list"]);
    assert_eq!(listed["total"], 3, "{when}: {listed}");
    let days: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|entry| &entry["entry_date"]).collect();
    assert_eq!(days, ["2024-05-03", "2024-05-02", "2024-05-01"], "{when}");
    assert_eq!(world.json(&["key", "list"])["items"].as_array().unwrap().len(), 1, "{when}");
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "{when}\n{report:#}");
}

#[test]
fn a_released_data_directory_is_brought_up_to_date_and_keeps_everything() {
    let world = released();

    holds_everything(&world, "at first");

    world.ada().write("Written later.", "2024-05-04");
    world.ok(&["keyring", "rotate", "--deep"]);
    assert_eq!(world.json(&["list"])["total"], 4);
    assert_eq!(world.doctor().0, 0);
}

#[test]
fn a_migration_in_which_any_file_operation_fails_is_done_by_the_next_command() {
    let source = released();

    everywhere(&source, &["list"], |world, run, when| {
        if run.code == 0 {
            assert_eq!(run.stdout.matches("of the harvest").count(), 3, "{when}: {run:#?}");
        }
        holds_everything(world, when);
    });
}
