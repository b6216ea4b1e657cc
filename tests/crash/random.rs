//! Killed after a random time.

use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use crate::model::Entries;
use crate::model::Known;
use crate::model::Model;
use crate::support::ADA;
use crate::support::Run;
use crate::support::World;
use crate::support::feed;
use crate::support::finished;
use crate::support::rng::Rng;
use crate::support::shown;
use crate::support::switch;

/// Kinds of commands that are killed; the rounds are shared out among them.
const KINDS: u64 = 7;

fn rounds() -> u64 {
    switch("JOURNAL_CRASH_ROUNDS").unwrap_or(12).div_ceil(KINDS)
}

/// What to run: the words of a command, and what it reads from standard input.
struct Act {
    args: Vec<String>,
    input: String,
}

impl Act {
    fn new(args: &[&str], input: &str) -> Self {
        Self { args: args.iter().map(|&arg| arg.to_owned()).collect(), input: input.to_owned() }
    }
}

/// Runs a command and kills it after the delay, unless it ended before.
fn killed_after(world: &World, act: &Act, delay: Duration) -> Run {
    let mut command = world.command();
    // A file, so that all of the input is there at once.
    let input = world.file(".stdin", &act.input);
    command.args(&act.args).stdin(Stdio::from(std::fs::File::open(input).unwrap()));
    let args = shown(&command);
    let mut child = command.spawn().unwrap();
    // The delay is the fault that is injected; nothing is synchronised by it.
    std::thread::sleep(delay);
    child.kill().unwrap();
    finished(args, &child.wait_with_output().unwrap())
}

fn undisturbed(world: &World, act: &Act) -> (Run, Duration) {
    let mut command = world.command();
    command.args(&act.args);
    let start = Instant::now();
    let run = feed(command, Some(act.input.as_bytes())).ok();
    (run, start.elapsed())
}

/// Runs the command once in peace, to learn how long it takes, and then again and again with a kill.
///
/// `act` decides what to do; `outcomes` tells which states it may have led to, given what it acknowledged.
fn kill_again_and_again(
    seed: u64,
    mut act: impl FnMut(&mut Model, u64) -> Act,
    outcomes: impl Fn(&Model, &Act, &Run) -> Vec<Entries>,
) {
    let mut model = Model::new(seed);
    let (mut killed, mut late) = (0, 0);
    while killed < rounds() {
        let peaceful = act(&mut model, killed);
        let (run, duration) = undisturbed(&model.world, &peaceful);
        let allowed = outcomes(&model, &peaceful, &run);
        model.settle(&allowed, &run);

        let disturbed = act(&mut model, killed);
        let delay = duration.mul_f64(model.rng.below(1000) as f64 / 1000.0);
        let run = killed_after(&model.world, &disturbed, delay);
        let allowed = outcomes(&model, &disturbed, &run);
        model.settle(&allowed, &run);
        // A command that ended before its kill does not count.
        if run.code == -1 {
            killed += 1;
        } else {
            late += 1;
        }
        assert!(late < 20 + 4 * rounds(), "the kills come too late");
    }
    println!("{killed} commands were killed, {late} had ended before");
}

fn acknowledged(run: &Run, words: &str) -> bool {
    run.stdout.lines().any(|line| line.starts_with(words))
}

/// Reads the numbers of `Stored entry 12 (…) from …` lines.
fn stored_ids(run: &Run) -> Vec<i64> {
    let lines = run.stdout.lines().filter_map(|line| line.strip_prefix("Stored entry "));
    lines.map(|rest| rest.split(' ').next().unwrap().parse().unwrap()).collect()
}

#[test]
fn a_killed_write_is_there_or_not_and_an_acknowledged_one_is_there() {
    kill_again_and_again(
        1,
        |model, _| {
            let (date, text) = (model.day(), model.text());
            Act::new(&["write", "-", "--date", &date], &text)
        },
        |model, act, run| {
            let next = model.entries.keys().next_back().map_or(1, |id| id + 1);
            let known = Known { date: act.args[3].clone(), text: act.input.clone(), history: Vec::new() };
            let mut after = model.entries.clone();
            after.insert(next, known);
            if acknowledged(run, "Stored entry ") { vec![after] } else { vec![model.entries.clone(), after] }
        },
    );
}

#[test]
fn a_killed_edit_left_the_old_text_or_the_new_one_with_its_history() {
    kill_again_and_again(
        2,
        |model, _| {
            let (id, text) = (model.any_id().to_string(), model.text());
            Act::new(&["edit", &id, "--text", "-"], &text)
        },
        |model, act, run| {
            let mut after = model.entries.clone();
            let entry = after.get_mut(&act.args[1].parse().unwrap()).unwrap();
            entry.history.push(std::mem::replace(&mut entry.text, act.input.clone()));
            if acknowledged(run, "Changed entry ") { vec![after] } else { vec![model.entries.clone(), after] }
        },
    );
}

#[test]
fn a_killed_deletion_removed_all_it_named_or_nothing() {
    kill_again_and_again(
        3,
        |model, _| {
            let mut ids = Vec::new();
            for _ in 0..2 {
                let (date, text) = (model.day(), model.text());
                let id = model.world.ada().write(&text, &date);
                model.entries.insert(id, Known { date, text, history: Vec::new() });
                ids.push(id.to_string());
            }
            Act::new(&["delete", &ids[0], &ids[1], "--yes"], "")
        },
        |model, act, run| {
            let mut after = model.entries.clone();
            for id in &act.args[1..3] {
                after.remove(&id.parse().unwrap());
            }
            if acknowledged(run, "Deleted ") { vec![after] } else { vec![model.entries.clone(), after] }
        },
    );
}

#[test]
fn a_killed_ingest_stored_whole_batches_and_every_file_it_reported() {
    // More than 256 files are more than one batch; such a folder is slow to embed, so it comes once in a while.
    let many = |round: u64| if round % 12 == 11 { 300 } else { 5 };
    kill_again_and_again(
        4,
        move |model, round| {
            let folder = model.world.path("inbox/next");
            drop(std::fs::remove_dir_all(&folder));
            for file in 0..many(round) {
                let (date, text) = (model.day(), model.text());
                model.world.file(&format!("next/{file:03}.md"), format!("---\ndate: {date}\n---\n{text}\n"));
            }
            Act::new(&["ingest", folder.to_str().unwrap()], "")
        },
        |model, act, run| {
            let mut files: Vec<_> = std::fs::read_dir(&act.args[1]).unwrap().map(|file| file.unwrap().path()).collect();
            files.sort();
            let mut id = model.entries.keys().next_back().copied().unwrap_or(0);
            let mut states = vec![model.entries.clone()];
            for batch in files.chunks(256) {
                let mut after = states.last().unwrap().clone();
                for file in batch {
                    let text = std::fs::read_to_string(file).unwrap();
                    let mut lines = text.lines().skip(1);
                    let date = lines.next().unwrap().strip_prefix("date: ").unwrap().to_owned();
                    id += 1;
                    after.insert(id, Known { date, text: lines.nth(1).unwrap().to_owned(), history: Vec::new() });
                }
                states.push(after);
            }
            let reported = stored_ids(run);
            states.retain(|state| reported.iter().all(|id| state.contains_key(id)));
            states
        },
    );
}

#[test]
fn a_killed_reindex_changes_no_entry_and_is_finished_by_the_queue() {
    const WHAT: [&[&str]; 4] = [&[], &["--chunks"], &["--embed"], &["--fts"]];
    kill_again_and_again(
        5,
        |model, _| Act::new(&[&["reindex"], *model.rng.pick(&WHAT)].concat(), ""),
        |model, _, _| vec![model.entries.clone()],
    );
}

#[test]
fn a_killed_rotation_leaves_a_keyring_that_the_secret_in_the_file_opens() {
    kill_again_and_again(
        6,
        |_, _| Act::new(&["keyring", "rotate"], ""),
        |model, _, _| {
            // Reading the status is opening it with the secret that is there.
            let world = &model.world;
            world.ok(&["keyring", "status"]);
            let copy = world.copy();
            copy.ok(&["keyring", "rotate"]);
            assert_eq!(copy.json(&["keyring", "status"])["rotation_unfinished"], false);
            assert_eq!(copy.ada().json(&["list"])["total"], model.entries.len());
            vec![model.entries.clone()]
        },
    );
}

#[test]
fn a_killed_init_is_finished_by_running_it_again() {
    let act = Act::new(&["init", "--email", ADA, "--name", "Ada"], "");
    let mut rng = Rng::new(7);
    let (mut killed, mut late) = (0, 0);
    while killed < rounds() {
        let (_, duration) = undisturbed(&World::empty(), &act);
        let world = World::empty();
        let delay = duration.mul_f64(rng.below(1000) as f64 / 1000.0);

        let run = killed_after(&world, &act, delay);

        crate::steps::init_can_be_finished(&world, &format!("round {killed}, {delay:?}: {run:?}"));
        if run.code == -1 {
            killed += 1;
        } else {
            late += 1;
        }
        assert!(late < 20 + 4 * rounds(), "the kills come too late");
    }
    println!("{killed} commands were killed, {late} had ended before");
}
