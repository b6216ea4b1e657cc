//! Rotations: whatever fails, the journal opens with the secret that is in the file, and all of it is there.

use std::cell::Cell;
use std::fs::File;

use serde_json::Value;

use crate::layer::can_fail;
use crate::layer::everywhere;
use crate::support::Person;
use crate::support::World;

const BOB: &str = "bob@home.example";

/// Two people with entries.
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

fn entries(world: &World) -> [Value; 2] {
    ["ada@home.example", BOB].map(|email| Person { world, email }.json(&["list"]))
}

/// Asserts that everything is there, and that the next run goes well.
fn is_whole(world: &World, before: &[Value; 2], again: &[&str], when: &str) {
    assert_eq!(&entries(world), before, "{when}");
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "{when}\n{report:#}");
    world.ok(again);
    let status = world.json(&["keyring", "status"]);
    let unfinished = [&status["rotation_unfinished"], &status["rekeying_unfinished"]];
    assert_eq!(unfinished, [&Value::Bool(false); 2], "{when}");
    assert_eq!(&entries(world), before, "after the next run: {when}");
    assert_eq!(world.doctor().0, 0, "after the next run: {when}");
}

/// Nothing that a re-keying writes beside the databases stays.
fn is_tidy(world: &World, when: &str) {
    let files = walkdir::WalkDir::new(world.data()).into_iter().flatten();
    let left: Vec<_> = files.filter(|file| file.path().to_string_lossy().contains(".rekeyed")).collect();
    assert!(left.is_empty(), "{when}: {left:?}");
}

#[test]
fn a_rotation_in_which_any_file_operation_fails_leaves_a_journal_that_opens() {
    let source = source();
    let before = entries(&source);

    everywhere(&source, &["keyring", "rotate"], |world, run, when| {
        let changed = std::fs::read(world.secret()).unwrap() != std::fs::read(source.secret()).unwrap();
        assert!(changed || run.code != 0, "{when}: a success without a new secret: {run:#?}");
        is_whole(world, &before, &["keyring", "rotate"], when);
    });
}

#[test]
fn a_deep_rotation_in_which_any_file_operation_fails_leaves_a_journal_that_opens() {
    let source = source();
    let before = entries(&source);
    let generation = source.json(&["keyring", "status"])["generation"].clone();
    let halfway = Cell::new(0);

    everywhere(&source, &["keyring", "rotate", "--deep"], |world, run, when| {
        if run.code == 0 {
            let status = world.json(&["keyring", "status"]);
            assert!(status["generation"] != generation, "{when}: a success without new keys: {run:#?}");
        }
        {
            // Beside another process nobody finishes it, and it opens as it is.
            let lock = File::open(world.data().join("in-use.lock")).unwrap();
            lock.lock_shared().unwrap();
            assert_eq!(entries(world), before, "{when}");
            let unfinished = world.json(&["keyring", "status"])["rekeying_unfinished"] == true;
            halfway.set(halfway.get() + usize::from(unfinished));
        }
        is_whole(world, &before, &["keyring", "rotate", "--deep"], when);
        is_tidy(world, when);
    });
    assert!(!can_fail() || halfway.get() > 0, "no run ended in the middle");
    println!("{} ended in the middle", halfway.get());
}

#[test]
fn a_first_start_in_which_any_file_operation_fails_is_finished_by_the_next() {
    let source = World::empty();

    everywhere(&source, &["init", "--email", "ada@home.example"], |world, run, when| {
        let again = world.run(&["init", "--email", "ada@home.example"]);
        let done = again.code == 4 && again.stderr.contains("there is already a journal");
        assert!(if run.code == 0 { done } else { done || again.code == 0 }, "{when}\n{run:#?}\n{again:#?}");
        world.ada().write("The first words after a bad start.", "2020-02-02");
        assert_eq!(world.doctor().0, 0, "{when}");
    });
}
