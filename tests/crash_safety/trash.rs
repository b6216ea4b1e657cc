//! Killed deletions, restores and emptyings of the trash: each is applied completely or not at all.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::rng::Rng;
use crate::support::{World, display_args, env_number, people, run_from_output};

/// Entries that are deleted and restored together.
const ENTRIES: i64 = 200;

/// Returns a journal of entries that all mention one person, and one person of their own each.
fn document() -> Value {
    // Entries with an unconfirmed date have no vectors, so that only the rows are moved.
    let entry = |id: i64| {
        let date = format!("2024-{:02}-{:02}", 1 + id / 28 % 12, 1 + id % 28);
        let mut entry = people::entry(id, &date, "Rob met Ilse.");
        entry["date_confirmed"] = false.into();
        entry
    };
    let entities = (1..=ENTRIES).map(|id| people::entity(1 + id, "person", &format!("Person {id}"), &[]));
    let mentions = (1..=ENTRIES)
        .flat_map(|id| [people::mention(2 * id - 1, 1, id, "Rob"), people::mention(2 * id, 1 + id, id, "Ilse")]);
    people::document(&json!({
        "entries": (1..=ENTRIES).map(entry).collect::<Vec<_>>(),
        "entities": std::iter::once(people::entity(1, "person", "Rob", &["robert"])).chain(entities).collect::<Vec<_>>(),
        "mentions": mentions.collect::<Vec<_>>(),
    }))
}

/// Returns the journal and the ids in the trash.
fn state(world: &World) -> Value {
    let trash = world.ada().json(&["trash", "list", "--limit", "200"]);
    let ids: Vec<Value> = trash["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    json!({ "export": world.ada().export(), "trash": ids })
}

fn run_and_kill(world: &World, args: &[String], delay: Duration) -> bool {
    let mut command = world.command();
    command.args(args).stdin(Stdio::null());
    let args = display_args(&command);
    let mut child = command.spawn().unwrap();
    // The delay is the fault that is injected; nothing is synchronised by it.
    std::thread::sleep(delay);
    child.kill().unwrap();
    run_from_output(args, &child.wait_with_output().unwrap()).code == -1
}

/// Kills a command repeatedly, each time on a fresh copy, and asserts that the result is the old or the new state.
fn assert_atomic_when_killed(seed: u64, before: &World, args: &[String]) {
    let rounds = env_number("JOURNAL_CRASH_ROUNDS").unwrap_or(12).div_ceil(3);
    let mut rng = Rng::new(seed);
    let old_state = state(before);
    let completed = before.copy();
    let start = Instant::now();
    completed.ok(args);
    let duration = start.elapsed();
    let new_state = state(&completed);
    assert_ne!(new_state, old_state, "{args:?} changes nothing");
    let (mut killed, mut done) = (0, 0);
    while killed < rounds {
        let world = before.copy();
        let delay = duration.mul_f64(0.2 + rng.below(800) as f64 / 1000.0);

        let was_killed = run_and_kill(&world, args, delay);

        let now = state(&world);
        assert!(now == old_state || now == new_state, "partly applied after {delay:?}, seed {seed}");
        assert!(was_killed || now == new_state, "an acknowledged change is lost");
        (killed, done) = (killed + u64::from(was_killed), done + u64::from(now == new_state));
        let (code, report) = world.doctor();
        assert_eq!(code, 0, "seed {seed}: {report:#}");
    }
    println!("{}: {killed} kills, {done} of them after the commit (seed {seed})", args[..2].join(" "));
}

#[test]
fn a_killed_command_moves_all_entries_or_none() {
    let world = World::new();
    people::import_document(world.ada(), &document());
    let all = |command: &[&str]| -> Vec<String> {
        let ids = (1..=ENTRIES).map(|id| id.to_string());
        command.iter().map(|&word| word.to_owned()).chain(ids).collect()
    };

    assert_atomic_when_killed(1, &world, &all(&["delete", "--yes"]));
    world.ok(&all(&["delete", "--yes"]));
    assert_atomic_when_killed(2, &world, &all(&["trash", "restore"]));
    assert_atomic_when_killed(3, &world, &all(&["trash", "empty", "--yes"]));
}
