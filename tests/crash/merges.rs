//! Killed while two become one, one becomes two, or mentions change hands: it is before or after, never between.

use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

use crate::support::World;
use crate::support::finished;
use crate::support::people;
use crate::support::rng::Rng;
use crate::support::shown;
use crate::support::switch;

/// Entries that speak of both; enough that the act takes a while beside the start of the program.
const ENTRIES: i64 = 400;

/// Two of one name in another spelling, each in every entry, each with a third.
fn journal() -> Value {
    let entry =
        |id: i64| people::entry(id, &format!("2024-{:02}-{:02}", 1 + id / 28 % 12, 1 + id % 28), "Rob met Ilse.");
    let both = (1..=ENTRIES)
        .flat_map(|id| [people::mention(2 * id - 1, 1, id, "Robert"), people::mention(2 * id, 2, id, "Bob")]);
    let with = (1..=ENTRIES).flat_map(|id| {
        [people::relationship(2 * id - 1, 1, "met", 3, id), people::relationship(2 * id, 3, "saw", 2, id)]
    });
    people::document(&json!({
        "entries": (1..=ENTRIES).map(entry).collect::<Vec<_>>(),
        "entities": [
            people::entity(1, "person", "Robert", &["rob"]), people::entity(2, "person", "Bob", &["bobby"]),
            people::entity(3, "person", "Ilse", &[]),
        ],
        "mentions": both.collect::<Vec<_>>(),
        "relationships": with.collect::<Vec<_>>(),
    }))
}

/// Returns everything about entities but the instants of what was done.
fn meaning(world: &World) -> Value {
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

fn killed_after(world: &World, args: &[&str], delay: Duration) -> bool {
    let mut command = world.command();
    command.args(args).stdin(Stdio::null());
    let args = shown(&command);
    let mut child = command.spawn().unwrap();
    // The delay is the fault that is injected; nothing is synchronised by it.
    std::thread::sleep(delay);
    child.kill().unwrap();
    finished(args, &child.wait_with_output().unwrap()).code == -1
}

/// Kills an act again and again, each time on a copy of the journal as it was before.
fn before_or_after(seed: u64, before: &World, args: &[&str]) {
    let rounds = switch("JOURNAL_CRASH_ROUNDS").unwrap_or(12).div_ceil(3);
    let mut rng = Rng::new(seed);
    let was = meaning(before);
    let peaceful = before.copy();
    let begun = Instant::now();
    peaceful.ok(args);
    let duration = begun.elapsed();
    let is = meaning(&peaceful);
    assert_ne!(is, was, "{args:?} does something");
    let (mut killed, mut done) = (0, 0);
    while killed < rounds {
        let world = before.copy();
        let delay = duration.mul_f64(0.2 + rng.below(800) as f64 / 1000.0);

        let was_killed = killed_after(&world, args, delay);

        let found = meaning(&world);
        assert!(found == was || found == is, "{args:?} was half done after {delay:?}");
        assert!(was_killed || found == is, "what was acknowledged is there");
        (killed, done) = (killed + u64::from(was_killed), done + u64::from(found == is));
    }
    println!("{args:?}: {killed} were killed, {done} had been done by then");
}

#[test]
fn a_killed_merge_moved_everything_or_nothing() {
    let world = World::new();
    people::bring(world.ada(), &journal());

    before_or_after(21, &world, &["entity", "merge", "1", "2", "3"]);
}

#[test]
fn a_killed_undoing_gave_everything_back_or_nothing() {
    let world = World::new();
    people::bring(world.ada(), &journal());
    world.ok(&["entity", "merge", "1", "2"]);

    before_or_after(22, &world, &["entity", "undo", "1"]);
}

#[test]
fn a_killed_split_moved_all_it_named_or_nothing() {
    let world = World::new();
    people::bring(world.ada(), &journal());
    let mentions: Vec<String> = (1..=ENTRIES).map(|id| (2 * id - 1).to_string()).collect();
    let mut args = vec!["entity", "split", "1", "--name", "Rob Roy", "--mentions"];
    args.extend(mentions.iter().map(String::as_str));

    before_or_after(23, &world, &args);
}
