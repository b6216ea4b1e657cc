//! Commands killed after a random time.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::model::{ExpectedEntries, ExpectedEntry, JournalModel};
use crate::support::rng::Rng;
use crate::support::{ADA, Run, World, display_args, env_number, run_from_output, run_with_input};

/// Number of tests among which the rounds are split.
const KINDS: u64 = 7;

fn rounds() -> u64 {
    env_number("JOURNAL_CRASH_ROUNDS").unwrap_or(12).div_ceil(KINDS)
}

/// Arguments and standard input of a command.
struct CommandSpec {
    args: Vec<String>,
    input: String,
}

impl CommandSpec {
    fn new(args: &[&str], input: &str) -> Self {
        Self { args: args.iter().map(|&arg| arg.to_owned()).collect(), input: input.to_owned() }
    }
}

/// Runs a command and kills it after the delay, unless it ended before.
fn run_and_kill(world: &World, spec: &CommandSpec, delay: Duration) -> Run {
    let mut command = world.command();
    // A file, so that all input is available at once.
    let input = world.file(".stdin", &spec.input);
    command.args(&spec.args).stdin(Stdio::from(std::fs::File::open(input).unwrap()));
    let args = display_args(&command);
    let mut child = command.spawn().unwrap();
    // The delay is the fault that is injected; nothing is synchronised by it.
    std::thread::sleep(delay);
    child.kill().unwrap();
    run_from_output(args, &child.wait_with_output().unwrap())
}

fn run_to_completion(world: &World, spec: &CommandSpec) -> (Run, Duration) {
    let mut command = world.command();
    command.args(&spec.args);
    let start = Instant::now();
    let run = run_with_input(command, Some(spec.input.as_bytes())).ok();
    (run, start.elapsed())
}

/// Runs a command once undisturbed to measure its duration, then with a kill, until enough runs were killed.
///
/// `next_command` returns the next command; `outcomes` returns the states allowed after its output.
fn kill_repeatedly(
    seed: u64,
    mut next_command: impl FnMut(&mut JournalModel, u64) -> CommandSpec,
    outcomes: impl Fn(&JournalModel, &CommandSpec, &Run) -> Vec<ExpectedEntries>,
) {
    let mut model = JournalModel::new(seed);
    let (mut killed, mut late) = (0, 0);
    while killed < rounds() {
        let completed = next_command(&mut model, killed);
        let (run, duration) = run_to_completion(&model.world, &completed);
        let allowed = outcomes(&model, &completed, &run);
        model.settle_on(&allowed, &run);

        let interrupted = next_command(&mut model, killed);
        let delay = duration.mul_f64(model.rng.below(1000) as f64 / 1000.0);
        let run = run_and_kill(&model.world, &interrupted, delay);
        let allowed = outcomes(&model, &interrupted, &run);
        model.settle_on(&allowed, &run);
        // A command that ended before its kill does not count.
        if run.code == -1 {
            killed += 1;
        } else {
            late += 1;
        }
        assert!(late < 20 + 4 * rounds(), "too many commands ended before their kill");
    }
    println!("{killed} commands were killed, {late} had ended before");
}

fn acknowledged(run: &Run, words: &str) -> bool {
    run.stdout.lines().any(|line| line.starts_with(words))
}

/// Returns the ids of the `Stored entry 12 (…) from …` lines.
fn stored_ids(run: &Run) -> Vec<i64> {
    let lines = run.stdout.lines().filter_map(|line| line.strip_prefix("Stored entry "));
    lines.map(|rest| rest.split(' ').next().unwrap().parse().unwrap()).collect()
}

#[test]
fn a_killed_write_is_atomic_and_kept_if_acknowledged() {
    kill_repeatedly(
        1,
        |model, _| {
            let (date, text) = (model.unused_date(), model.new_text());
            CommandSpec::new(&["write", "-", "--date", &date], &text)
        },
        |model, spec, run| {
            let next = model.entries.keys().next_back().map_or(1, |id| id + 1);
            let known = ExpectedEntry { date: spec.args[3].clone(), text: spec.input.clone(), history: Vec::new() };
            let mut after = model.entries.clone();
            after.insert(next, known);
            if acknowledged(run, "Stored entry ") { vec![after] } else { vec![model.entries.clone(), after] }
        },
    );
}

#[test]
fn a_killed_edit_leaves_the_old_or_new_text_with_its_history() {
    kill_repeatedly(
        2,
        |model, _| {
            let (id, text) = (model.any_id().to_string(), model.new_text());
            CommandSpec::new(&["edit", &id, "--text", "-"], &text)
        },
        |model, spec, run| {
            let mut after = model.entries.clone();
            let entry = after.get_mut(&spec.args[1].parse().unwrap()).unwrap();
            entry.history.push(std::mem::replace(&mut entry.text, spec.input.clone()));
            if acknowledged(run, "Changed entry ") { vec![after] } else { vec![model.entries.clone(), after] }
        },
    );
}

#[test]
fn a_killed_deletion_removes_all_listed_entries_or_none() {
    kill_repeatedly(
        3,
        |model, _| {
            let mut ids = Vec::new();
            for _ in 0..2 {
                let (date, text) = (model.unused_date(), model.new_text());
                let id = model.world.ada().write(&text, &date);
                model.entries.insert(id, ExpectedEntry { date, text, history: Vec::new() });
                ids.push(id.to_string());
            }
            CommandSpec::new(&["delete", &ids[0], &ids[1], "--yes"], "")
        },
        |model, spec, run| {
            let mut after = model.entries.clone();
            for id in &spec.args[1..3] {
                after.remove(&id.parse().unwrap());
            }
            if acknowledged(run, "Deleted ") { vec![after] } else { vec![model.entries.clone(), after] }
        },
    );
}

#[test]
fn a_killed_ingest_stores_whole_batches_and_reported_files() {
    // More than 256 files are more than one batch; embedding them is slow, so only every twelfth folder is that large.
    let file_count = |round: u64| if round % 12 == 11 { 300 } else { 5 };
    kill_repeatedly(
        4,
        move |model, round| {
            // A new folder each time: a file at a known path would be a new version of its entry.
            let name = format!("next-{}", model.unused_date());
            let folder = model.world.path(&format!("inbox/{name}"));
            for file in 0..file_count(round) {
                let (date, text) = (model.unused_date(), model.new_text());
                model.world.file(&format!("{name}/{file:03}.md"), format!("---\ndate: {date}\n---\n{text}\n"));
            }
            CommandSpec::new(&["ingest", folder.to_str().unwrap()], "")
        },
        |model, spec, run| {
            let mut files: Vec<_> =
                std::fs::read_dir(&spec.args[1]).unwrap().map(|file| file.unwrap().path()).collect();
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
                    after.insert(
                        id,
                        ExpectedEntry { date, text: lines.nth(1).unwrap().to_owned(), history: Vec::new() },
                    );
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
fn a_killed_reindex_is_finished_by_the_job_queue() {
    const FLAGS: [&[&str]; 4] = [&[], &["--chunks"], &["--embed"], &["--fts"]];
    kill_repeatedly(
        5,
        |model, _| CommandSpec::new(&[&["reindex"], *model.rng.pick(&FLAGS)].concat(), ""),
        |model, _, _| vec![model.entries.clone()],
    );
}

#[test]
fn a_killed_rotation_leaves_a_usable_keyring() {
    kill_repeatedly(
        6,
        |_, _| CommandSpec::new(&["keyring", "rotate"], ""),
        |model, _, _| {
            // Reading the status opens the keyring with the secret in the file.
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
fn a_killed_init_is_finished_by_the_next_run() {
    let spec = CommandSpec::new(&["init", "--email", ADA, "--name", "Ada"], "");
    let mut rng = Rng::new(7);
    let (mut killed, mut late) = (0, 0);
    while killed < rounds() {
        let (_, duration) = run_to_completion(&World::empty(), &spec);
        let world = World::empty();
        let delay = duration.mul_f64(rng.below(1000) as f64 / 1000.0);

        let run = run_and_kill(&world, &spec, delay);

        crate::steps::assert_init_can_finish(&world, &format!("round {killed}, {delay:?}: {run:?}"));
        if run.code == -1 {
            killed += 1;
        } else {
            late += 1;
        }
        assert!(late < 20 + 4 * rounds(), "too many commands ended before their kill");
    }
    println!("{killed} commands were killed, {late} had ended before");
}
