//! Killed at each system call in turn that changes a file. `strace` injects the signal; without it the tests say so and pass.

use crate::model::Model;
use crate::support::ADA;
use crate::support::Run;
use crate::support::World;
use crate::support::feed;
use crate::support::switch;
use crate::support::works;

/// What makes, fills, syncs, renames or removes a file.
const CALLS: [&str; 6] = ["openat", "write", "pwrite64", "fsync,fdatasync", "rename", "mkdir"];

/// Asserts that a second run of `init` finishes what a killed one began, and that the journal works.
pub fn init_can_be_finished(world: &World, when: &str) {
    let again = world.run(&["init", "--email", ADA, "--name", "Ada"]);
    let done = again.code == 4 && again.stderr.contains("there is already a journal");
    assert!(again.code == 0 || done, "{when}\n{again:#?}");
    let id = world.ada().write("The first words after a bad start.", "2020-02-02");
    assert_eq!(world.ada().json(&["show", &id.to_string()])["final_text"], "The first words after a bad start.");
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "{when}\n{report:#}");
}

/// Of the frequent calls only every `short`th is tried; `JOURNAL_CRASH_ROUNDS` of 100 or more tries all.
fn stride(call: &str, short: usize) -> usize {
    let rare = ["write", "rename", "mkdir"].contains(&call);
    if rare || switch("JOURNAL_CRASH_ROUNDS").unwrap_or(12) >= 100 { 1 } else { short }
}

fn can_trace() -> bool {
    let can = works("strace", &["-f", "-o", "/dev/null", "true"]);
    if !can {
        println!("skipped: strace is not here, or may not trace");
    }
    can
}

/// Runs a command that dies when a thread makes its n-th call of a kind; `None` once none makes as many.
fn killed_at(world: &World, call: &str, number: usize, args: &[&str]) -> Option<Run> {
    let inject = format!("inject={call}:signal=SIGKILL:when={number}");
    let traced = format!("trace={call}");
    let mut command = world.wrapped(&["strace", "-f", "-qq", "-o", "/dev/null", "-e", &traced, "-e", &inject]);
    command.args(args);
    let run = feed(command, None);
    (run.code != 0).then_some(run)
}

#[test]
fn init_is_finished_by_another_run_wherever_it_died() {
    if !can_trace() {
        return;
    }
    for call in CALLS {
        for number in (1..).step_by(stride(call, 17)) {
            let world = World::empty();

            let Some(run) = killed_at(&world, call, number, &["init", "--email", ADA, "--name", "Ada"]) else { break };

            init_can_be_finished(&world, &format!("died at {call} number {number}: {}", run.stderr));
        }
    }
}

#[test]
fn a_rotation_that_died_anywhere_leaves_a_keyring_that_the_secret_in_the_file_opens() {
    if !can_trace() {
        return;
    }
    let model = Model::new(8);
    for call in CALLS {
        for number in (1..).step_by(stride(call, 7)) {
            let world = model.world.copy();

            let Some(run) = killed_at(&world, call, number, &["keyring", "rotate"]) else { break };

            let when = format!("died at {call} number {number}: {}", run.stderr);
            let listed = world.run(&["list", "--json"]);
            assert_eq!(listed.code, 0, "{when}\n{listed:#?}");
            world.ok(&["keyring", "rotate"]);
            assert_eq!(world.json(&["keyring", "status"])["rotation_unfinished"], false, "{when}");
            assert_eq!(world.json(&["list"])["total"], model.entries.len(), "{when}");
            assert_eq!(world.doctor().0, 0, "{when}");
        }
    }
}

#[test]
fn a_write_that_died_anywhere_stored_its_entry_or_nothing() {
    if !can_trace() {
        return;
    }
    let model = Model::new(9);
    let before = i64::try_from(model.entries.len()).unwrap();
    for call in ["pwrite64", "fsync,fdatasync"] {
        for number in (1..).step_by(stride(call, 7)) {
            let world = model.world.copy();

            let Some(run) = killed_at(&world, call, number, &["write", "It ended here."]) else { break };

            let when = format!("died at {call} number {number}: {}", run.stderr);
            let acknowledged = run.stdout.starts_with("Stored entry ");
            let total = world.json(&["list"])["total"].as_i64().unwrap();
            assert!(total == before + 1 || (total == before && !acknowledged), "{when}: {total} entries");
            assert_eq!(world.doctor().0, 0, "{when}");
            world.ok(&["job", "run"]);
            assert_eq!(world.json(&["stats"])["pending_entries"], 0, "{when}");
        }
    }
}
