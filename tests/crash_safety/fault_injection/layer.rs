//! Fault injection: runs a command with a preloaded library that makes a chosen file operation fail.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::support::{Run, World, env_number, run_with_input};

/// Calls tried per command and fault, unless `JOURNAL_CRASH_ROUNDS` is set.
const DEFAULT_CALLS_PER_FAULT: usize = 4;

/// Fault injected at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Only this call fails, with ENOSPC.
    NoSpace,
    /// Only this call fails, with EIO.
    IoError,
    /// This call and all later ones that take space fail with ENOSPC.
    FullDisk,
    /// This call and all later ones fail with EIO.
    FailedDisk,
    /// Half of the data is written, and the call reports it.
    ShortWrite,
    /// The process is killed before the call.
    Killed,
    /// The process is killed after half of the data is written.
    TornWrite,
}

impl Fault {
    pub const ALL: [Self; 7] = [
        Self::Killed,
        Self::IoError,
        Self::FullDisk,
        Self::TornWrite,
        Self::NoSpace,
        Self::FailedDisk,
        Self::ShortWrite,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::NoSpace => "enospc",
            Self::IoError => "eio",
            Self::FullDisk => "full",
            Self::FailedDisk => "broken",
            Self::ShortWrite => "short",
            Self::Killed => "kill",
            Self::TornWrite => "torn",
        }
    }

    /// Returns true if the fault kills the process.
    pub const fn kills(self) -> bool {
        matches!(self, Self::Killed | Self::TornWrite)
    }
}

/// The fault library, compiled once per test process.
static LIBRARY: LazyLock<Option<(TempDir, PathBuf)>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("fault.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/crash_safety/fault_injection/fault.c");
    let compiled =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl").output();
    match compiled {
        Ok(output) if output.status.success() => Some((folder, library)),
        Ok(output) => panic!("fault.c does not compile: {}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => None,
    }
});

/// Returns true if faults can be injected on this machine.
pub fn can_inject_faults() -> bool {
    let is_available = LIBRARY.is_some();
    if !is_available {
        println!("skipped: no C compiler");
    }
    is_available
}

/// Runs a command with a fault at the `number`-th call that changes a file of this home. Returns the run and the report
/// of the library: number and name of the call, or of every call if `number` is 0.
fn run_with_fault(world: &World, fault: Fault, number: usize, args: &[String]) -> (Run, String) {
    let (folder, library) = LIBRARY.as_ref().unwrap();
    let report = tempfile::NamedTempFile::new_in(folder.path()).unwrap();
    let mut command = world.command();
    command
        .args(args)
        .env("LD_PRELOAD", library)
        .env("FAULT_BELOW", std::fs::canonicalize(world.path(".")).unwrap())
        .env("FAULT_AT", number.to_string())
        .env("FAULT_KIND", fault.name())
        .env("FAULT_REPORT", report.path());
    let run = run_with_input(command, None);
    (run, std::fs::read_to_string(report.path()).unwrap().trim_end().to_owned())
}

/// Returns the names of the calls of a successful run, in order.
fn list_calls(source: &World, args_for: &impl Fn(&World) -> Vec<String>) -> Vec<String> {
    let world = source.copy();
    let (run, report) = run_with_fault(&world, Fault::IoError, 0, &args_for(&world));
    assert_eq!(run.code, 0, "{run:#?}");
    let mut calls: Vec<(usize, &str)> = report
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(at, name)| (at.parse().unwrap(), name))
        .collect();
    // Threads append to the report in any order.
    calls.sort_unstable();
    calls.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// Returns the calls to try with a fault: `rounds` evenly spaced ones, and every rename, link and unlink, which are
/// few and critical.
fn selected_calls(fault: Fault, calls: &[String], rounds: usize) -> BTreeSet<usize> {
    let step = calls.len().div_ceil(rounds.max(1));
    // Each fault starts at another offset, so that together they try more calls.
    let first = 1 + (fault as usize) * step / Fault::ALL.len();
    let mut chosen: BTreeSet<usize> = (first..=calls.len()).step_by(step).collect();
    if matches!(fault, Fault::Killed | Fault::IoError) {
        let names = ["rename", "unlink", "link"];
        let name_changes = calls.iter().enumerate().filter(|(_, call)| names.iter().any(|name| call.starts_with(name)));
        chosen.extend(name_changes.map(|(at, _)| at + 1));
    }
    chosen
}

/// Runs a command on a copy of a home for every fault at its [`selected_calls`]; `check` inspects the copy afterwards.
pub fn for_every_fault(source: &World, args: &[&str], check: impl Fn(&World, &Run, &str)) {
    for_every_fault_with(source, |_| args.iter().map(|arg| (*arg).to_owned()).collect(), check);
}

/// Like [`for_every_fault`], with arguments that depend on the path of the copy.
pub fn for_every_fault_with(
    source: &World,
    args_for: impl Fn(&World) -> Vec<String>,
    check: impl Fn(&World, &Run, &str),
) {
    if !can_inject_faults() {
        return;
    }
    let calls = list_calls(source, &args_for);
    assert!(!calls.is_empty(), "the command changes no file");
    let rounds =
        env_number("JOURNAL_CRASH_ROUNDS").map_or(DEFAULT_CALLS_PER_FAULT, |rounds| usize::try_from(rounds).unwrap());
    let all = calls.len();
    let mut summary = Vec::new();
    for fault in Fault::ALL {
        let numbers = selected_calls(fault, &calls, rounds);
        let tried = numbers.len();
        for number in numbers {
            let world = source.copy();
            let (run, injected_at) = run_with_fault(&world, fault, number, &args_for(&world));
            let when = format!("{fault:?} at call {injected_at} of {all}");
            assert!(!run.stderr.contains("panicked"), "{when}: {run:#?}");
            if run.code > 0 {
                run.assert_clear_error();
            } else if !injected_at.is_empty() {
                assert_eq!(run.code == -1, fault.kills(), "{when}: {run:#?}");
            }
            check(&world, &run, &when);
        }
        summary.push(format!("{fault:?} {tried}"));
    }
    println!("{all} calls; {}", summary.join(", "));
}
