//! Killed entity merges, splits and undos: each is applied completely or not at all.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::rng::Rng;
use crate::support::{World, display_args, env_number, people, run_from_output};

/// Entries that mention both entities; enough that the operation takes long compared with the start of the program.
const ENTRIES: i64 = 400;

/// Returns a journal in which two spellings of one person are mentioned in every entry, each related to a third person.
fn duplicate_person_document() -> Value {
    let entry =
        |id: i64| people::entry(id, &format!("2024-{:02}-{:02}", 1 + id / 28 % 12, 1 + id % 28), "Rob met Ilse.");
    let mentions = (1..=ENTRIES)
        .flat_map(|id| [people::mention(2 * id - 1, 1, id, "Robert"), people::mention(2 * id, 2, id, "Bob")]);
    let relations = (1..=ENTRIES).flat_map(|id| {
        [people::relationship(2 * id - 1, 1, "met", 3, id), people::relationship(2 * id, 3, "saw", 2, id)]
    });
    people::document(&json!({
        "entries": (1..=ENTRIES).map(entry).collect::<Vec<_>>(),
        "entities": [
            people::entity(1, "person", "Robert", &["rob"]), people::entity(2, "person", "Bob", &["bobby"]),
            people::entity(3, "person", "Ilse", &[]),
        ],
        "mentions": mentions.collect::<Vec<_>>(),
        "relationships": relations.collect::<Vec<_>>(),
    }))
}

/// Returns all entity data without timestamps.
fn entity_data(world: &World) -> Value {
    let mut all = world.ada().export();
    let lists = ["entities", "mentions", "relationships", "merges", "pair_decisions", "corrections"];
    let mut kept = serde_json::Map::new();
    for list in lists {
        for row in all[list].as_array_mut().unwrap() {
            for field in ["created_at", "updated_at", "merged_at", "undone_at", "decided_at"] {
                if !row[field].is_null() {
                    row[field] = "then".into();
                }
            }
            for alias in row["aliases"].as_array_mut().into_iter().flatten() {
                alias["created_at"].take();
            }
        }
        kept.insert(list.to_owned(), all[list].take());
    }
    kept.into()
}

fn run_and_kill(world: &World, args: &[&str], delay: Duration) -> bool {
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
fn assert_atomic_when_killed(seed: u64, before: &World, args: &[&str]) {
    let rounds = env_number("JOURNAL_CRASH_ROUNDS").unwrap_or(12).div_ceil(3);
    let mut rng = Rng::new(seed);
    let old_state = entity_data(before);
    let completed = before.copy();
    let start = Instant::now();
    completed.ok(args);
    let duration = start.elapsed();
    let new_state = entity_data(&completed);
    assert_ne!(new_state, old_state, "{args:?} changes nothing");
    let (mut killed, mut done) = (0, 0);
    while killed < rounds {
        let world = before.copy();
        let delay = duration.mul_f64(0.2 + rng.below(800) as f64 / 1000.0);

        let was_killed = run_and_kill(&world, args, delay);

        let found = entity_data(&world);
        assert!(found == old_state || found == new_state, "{args:?} was half done after {delay:?}");
        assert!(was_killed || found == new_state, "an acknowledged change is lost");
        (killed, done) = (killed + u64::from(was_killed), done + u64::from(found == new_state));
    }
    println!("{args:?}: {killed} were killed, {done} of all runs had finished");
}

#[test]
fn a_killed_merge_moves_everything_or_nothing() {
    let world = World::new();
    people::import_document(world.ada(), &duplicate_person_document());

    assert_atomic_when_killed(21, &world, &["entity", "merge", "1", "2", "3"]);
}

#[test]
fn a_killed_undo_restores_everything_or_nothing() {
    let world = World::new();
    people::import_document(world.ada(), &duplicate_person_document());
    world.ok(&["entity", "merge", "1", "2"]);

    assert_atomic_when_killed(22, &world, &["entity", "undo", "1"]);
}

#[test]
fn a_killed_split_moves_all_listed_mentions_or_none() {
    let world = World::new();
    people::import_document(world.ada(), &duplicate_person_document());
    let mentions: Vec<String> = (1..=ENTRIES).map(|id| (2 * id - 1).to_string()).collect();
    let mut args = vec!["entity", "split", "1", "--name", "Rob Roy", "--mentions"];
    args.extend(mentions.iter().map(String::as_str));

    assert_atomic_when_killed(23, &world, &args);
}
