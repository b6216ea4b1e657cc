//! Key rotation and `init` under faults: the journal opens with the secret in the file and no data is lost.

use std::cell::Cell;
use std::fs::File;

use serde_json::Value;

use crate::fault_injection::layer::{can_inject_faults, for_every_fault};
use crate::support::{Person, World};

const BOB: &str = "bob@home.example";

/// Creates a journal of two users with entries.
fn source() -> World {
    let world = World::new();
    world.user(BOB).write("What Bob saw.", "2024-03-01");
    for day in 1..=3 {
        world.ada().write(&format!("Day {day} of the harvest."), &format!("2024-05-{day:02}"));
    }
    world.ok(&["job", "run", "--user", "ada@home.example"]);
    world.ok(&["job", "run", "--user", BOB]);
    world
}

fn listed_entries(world: &World) -> [Value; 2] {
    ["ada@home.example", BOB].map(|email| Person { world, email }.json(&["list"]))
}

/// Asserts that no data is lost and that the next run succeeds.
fn assert_complete(world: &World, before: &[Value; 2], again: &[&str], when: &str) {
    assert_eq!(&listed_entries(world), before, "{when}");
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "{when}\n{report:#}");
    world.ok(again);
    let status = world.json(&["keyring", "status"]);
    let unfinished = [&status["rotation_unfinished"], &status["rekeying_unfinished"]];
    assert_eq!(unfinished, [&Value::Bool(false); 2], "{when}");
    assert_eq!(&listed_entries(world), before, "after the next run: {when}");
    assert_eq!(world.doctor().0, 0, "after the next run: {when}");
}

/// Asserts that no temporary files of a re-keying remain.
fn assert_no_leftovers(world: &World, when: &str) {
    let files = walkdir::WalkDir::new(world.data()).into_iter().flatten();
    let left: Vec<_> = files.filter(|file| file.path().to_string_lossy().contains(".rekeyed")).collect();
    assert!(left.is_empty(), "{when}: {left:?}");
}

#[test]
fn a_rotation_with_any_file_fault_leaves_a_usable_journal() {
    let source = source();
    let before = listed_entries(&source);

    for_every_fault(&source, &["keyring", "rotate"], |world, run, when| {
        let changed = std::fs::read(world.secret()).unwrap() != std::fs::read(source.secret()).unwrap();
        assert!(changed || run.code != 0, "{when}: a success without a new secret: {run:#?}");
        assert_complete(world, &before, &["keyring", "rotate"], when);
    });
}

#[test]
fn a_deep_rotation_with_any_file_fault_leaves_a_usable_journal() {
    let source = source();
    let before = listed_entries(&source);
    let generation = source.json(&["keyring", "status"])["generation"].clone();
    let halfway = Cell::new(0);

    for_every_fault(&source, &["keyring", "rotate", "--deep"], |world, run, when| {
        if run.code == 0 {
            let status = world.json(&["keyring", "status"]);
            assert!(status["generation"] != generation, "{when}: a success without new keys: {run:#?}");
        }
        {
            // While another process shares the lock, the re-keying is not finished and the journal opens.
            let lock = File::open(world.data().join("in-use.lock")).unwrap();
            lock.lock_shared().unwrap();
            assert_eq!(listed_entries(world), before, "{when}");
            let unfinished = world.json(&["keyring", "status"])["rekeying_unfinished"] == true;
            halfway.set(halfway.get() + usize::from(unfinished));
        }
        assert_complete(world, &before, &["keyring", "rotate", "--deep"], when);
        assert_no_leftovers(world, when);
    });
    assert!(!can_inject_faults() || halfway.get() > 0, "no run stopped midway");
    println!("{} runs stopped midway", halfway.get());
}

#[test]
fn an_init_with_any_file_fault_is_finished_by_the_next() {
    let source = World::empty();

    for_every_fault(&source, &["init", "--email", "ada@home.example"], |world, run, when| {
        let again = world.run(&["init", "--email", "ada@home.example"]);
        let done = again.code == 4 && again.stderr.contains("there is already a journal");
        assert!(if run.code == 0 { done } else { done || again.code == 0 }, "{when}\n{run:#?}\n{again:#?}");
        world.ada().write("The first words after a bad start.", "2020-02-02");
        assert_eq!(world.doctor().0, 0, "{when}");
    });
}
