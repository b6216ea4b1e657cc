//! Schema migrations under faults: the journal has the old or the new schema, with all data.
//!
//! `released/` is a data directory of version 0.1.0 with three entries and an API key; accounts are at schema 3, the
//! notebook is at schema 5.

use std::path::Path;

use serde_json::Value;

use crate::fault_injection::layer::for_every_fault;
use crate::support::{World, chmod};

const NOTEBOOK: &str = "3f4e4c50-2384-43b5-93e3-0df38ba18f50";

/// Copies the released data directory into a new home.
fn released_world() -> World {
    let world = World::empty();
    let folder = world.data().join("notebooks").join(NOTEBOOK);
    for below in [folder.join("media"), world.data().join("tmp"), world.config()] {
        std::fs::create_dir_all(below).unwrap();
    }
    let from = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/crash_safety/fault_injection/released"));
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

fn assert_all_data(world: &World, when: &str) {
    let listed = world.json(&["list"]);
    assert_eq!(listed["total"], 3, "{when}: {listed}");
    let days: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|entry| &entry["entry_date"]).collect();
    assert_eq!(days, ["2024-05-03", "2024-05-02", "2024-05-01"], "{when}");
    assert_eq!(world.json(&["key", "list"])["items"].as_array().unwrap().len(), 1, "{when}");
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "{when}\n{report:#}");
}

#[test]
fn a_released_data_directory_is_migrated_without_data_loss() {
    let world = released_world();

    assert_all_data(&world, "at first");

    world.ada().write("Written later.", "2024-05-04");
    world.ok(&["keyring", "rotate", "--deep"]);
    assert_eq!(world.json(&["list"])["total"], 4);
    assert_eq!(world.doctor().0, 0);
}

#[test]
fn a_migration_with_any_file_fault_is_finished_by_the_next() {
    let source = released_world();

    for_every_fault(&source, &["list"], |world, run, when| {
        if run.code == 0 {
            assert_eq!(run.stdout.matches("of the harvest").count(), 3, "{when}: {run:#?}");
        }
        assert_all_data(world, when);
    });
}
