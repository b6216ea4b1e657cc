//! Kills at each system call that changes a file. `strace` injects the signal; without it the tests are skipped.

use crate::model::JournalModel;
use crate::support::{ADA, Run, World, env_number, is_available, run_with_input};

/// System calls that create, write, sync or rename a file.
const SYSCALLS: [&str; 6] = ["openat", "write", "pwrite64", "fsync,fdatasync", "rename", "mkdir"];

/// Asserts that a second run of `init` completes a killed one and that the journal works.
pub fn assert_init_can_finish(world: &World, when: &str) {
    let again = world.run(&["init", "--email", ADA, "--name", "Ada"]);
    let done = again.code == 4 && again.stderr.contains("there is already a journal");
    assert!(again.code == 0 || done, "{when}\n{again:#?}");
    let id = world.ada().write("The first words after a bad start.", "2020-02-02");
    assert_eq!(world.ada().json(&["show", &id.to_string()])["final_text"], "The first words after a bad start.");
    let (code, report) = world.doctor();
    assert_eq!(code, 0, "{when}\n{report:#}");
}

/// Returns the step between tried calls: `frequent_step` for frequent ones, 1 from `JOURNAL_CRASH_ROUNDS` of 100 on.
fn stride(call: &str, frequent_step: usize) -> usize {
    let rare = ["write", "rename", "mkdir"].contains(&call);
    if rare || env_number("JOURNAL_CRASH_ROUNDS").unwrap_or(12) >= 100 { 1 } else { frequent_step }
}

fn can_trace() -> bool {
    let is_traceable = is_available("strace", &["-f", "-o", "/dev/null", "true"]);
    if !is_traceable {
        println!("skipped: strace is missing or may not trace");
    }
    is_traceable
}

/// Runs a command that is killed when a thread makes its n-th call of a kind; `None` if no thread makes that many.
fn run_and_kill_at(world: &World, call: &str, number: usize, args: &[&str]) -> Option<Run> {
    let inject = format!("inject={call}:signal=SIGKILL:when={number}");
    let traced = format!("trace={call}");
    let mut command = world.command_under(&["strace", "-f", "-qq", "-o", "/dev/null", "-e", &traced, "-e", &inject]);
    command.args(args);
    let run = run_with_input(command, None);
    (run.code != 0).then_some(run)
}

#[test]
fn a_killed_init_is_finished_at_every_system_call() {
    if !can_trace() {
        return;
    }
    for call in SYSCALLS {
        for number in (1..).step_by(stride(call, 17)) {
            let world = World::empty();

            let Some(run) = run_and_kill_at(&world, call, number, &["init", "--email", ADA, "--name", "Ada"]) else {
                break;
            };

            assert_init_can_finish(&world, &format!("killed at {call} number {number}: {}", run.stderr));
        }
    }
}

#[test]
fn a_rotation_killed_at_any_call_leaves_a_usable_keyring() {
    if !can_trace() {
        return;
    }
    let model = JournalModel::new(8);
    for call in SYSCALLS {
        for number in (1..).step_by(stride(call, 7)) {
            let world = model.world.copy();

            let Some(run) = run_and_kill_at(&world, call, number, &["keyring", "rotate"]) else { break };

            let when = format!("killed at {call} number {number}: {}", run.stderr);
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
fn a_write_killed_at_any_call_stores_its_entry_or_nothing() {
    if !can_trace() {
        return;
    }
    let model = JournalModel::new(9);
    let before = i64::try_from(model.entries.len()).unwrap();
    for call in ["pwrite64", "fsync,fdatasync"] {
        for number in (1..).step_by(stride(call, 7)) {
            let world = model.world.copy();

            let Some(run) = run_and_kill_at(&world, call, number, &["write", "It ended here."]) else { break };

            let when = format!("killed at {call} number {number}: {}", run.stderr);
            let acknowledged = run.stdout.starts_with("Stored entry ");
            let total = world.json(&["list"])["total"].as_i64().unwrap();
            assert!(total == before + 1 || (total == before && !acknowledged), "{when}: {total} entries");
            assert_eq!(world.doctor().0, 0, "{when}");
            world.ok(&["job", "run"]);
            assert_eq!(world.json(&["stats"])["pending_entries"], 0, "{when}");
        }
    }
}
