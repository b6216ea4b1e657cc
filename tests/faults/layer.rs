//! The layer between the command and the system that fails when it is told to.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::support::Run;
use crate::support::World;
use crate::support::feed;
use crate::support::switch;

/// Calls that are tried of a command with each fault, unless `JOURNAL_CRASH_ROUNDS` says how many.
const FEW: usize = 4;

/// What happens at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It alone fails for want of space.
    NoSpace,
    /// It alone fails.
    Broken,
    /// It and everything after it that takes space fails.
    FullDisk,
    /// It and everything after it fails.
    DeadDisk,
    /// Half of it is written, and the system says so.
    Short,
    /// The process dies before it.
    Killed,
    /// The process dies when half of it is written.
    Torn,
}

impl Fault {
    /// Every kind of fault.
    pub const ALL: [Self; 7] =
        [Self::Killed, Self::Broken, Self::FullDisk, Self::Torn, Self::NoSpace, Self::DeadDisk, Self::Short];

    const fn name(self) -> &'static str {
        match self {
            Self::NoSpace => "enospc",
            Self::Broken => "eio",
            Self::FullDisk => "full",
            Self::DeadDisk => "broken",
            Self::Short => "short",
            Self::Killed => "kill",
            Self::Torn => "torn",
        }
    }

    /// Tells whether the process is meant to die of it.
    pub const fn kills(self) -> bool {
        matches!(self, Self::Killed | Self::Torn)
    }
}

/// The library, compiled once a process.
static LIBRARY: LazyLock<Option<(TempDir, PathBuf)>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("fault.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/fault.c");
    let compiled =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl").output();
    match compiled {
        Ok(output) if output.status.success() => Some((folder, library)),
        Ok(output) => panic!("fault.c does not compile: {}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => None,
    }
});

/// Tells whether faults can be injected here.
pub fn can_fail() -> bool {
    let can = LIBRARY.is_some();
    if !can {
        println!("skipped: there is no C compiler here");
    }
    can
}

/// Runs a command in which the `number`-th call that changes a file of this home suffers a fault, and returns the run with
/// what the library reports: number and name of the call, or for 0 of every call.
fn suffer(world: &World, fault: Fault, number: usize, args: &[String]) -> (Run, String) {
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
    let run = feed(command, None);
    (run, std::fs::read_to_string(report.path()).unwrap().trim_end().to_owned())
}

/// Returns the names of the calls of a command that goes well.
fn calls(source: &World, words: &impl Fn(&World) -> Vec<String>) -> Vec<String> {
    let world = source.copy();
    let (run, told) = suffer(&world, Fault::Broken, 0, &words(&world));
    assert_eq!(run.code, 0, "{run:#?}");
    let mut calls: Vec<(usize, &str)> =
        told.lines().map(|line| line.split_once(' ').unwrap()).map(|(at, name)| (at.parse().unwrap(), name)).collect();
    // Threads write the report as they come.
    calls.sort_unstable();
    calls.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// Returns the calls that are tried with a fault: `rounds` that lie evenly between the first and the last, and those that
/// give or take a name, of which there are few and of which most hangs.
fn chosen(fault: Fault, calls: &[String], rounds: usize) -> BTreeSet<usize> {
    let step = calls.len().div_ceil(rounds.max(1));
    // Every fault begins elsewhere, so that together they try more calls.
    let first = 1 + (fault as usize) * step / Fault::ALL.len();
    let mut chosen: BTreeSet<usize> = (first..=calls.len()).step_by(step).collect();
    if matches!(fault, Fault::Killed | Fault::Broken) {
        let names = ["rename", "unlink", "link"];
        let naming = calls.iter().enumerate().filter(|(_, call)| names.iter().any(|name| call.starts_with(name)));
        chosen.extend(naming.map(|(at, _)| at + 1));
    }
    chosen
}

/// Runs a command on a copy of a home for every fault at the calls that are [`chosen`] for it; `check` sees what is left.
pub fn everywhere(source: &World, args: &[&str], check: impl Fn(&World, &Run, &str)) {
    everywhere_as(source, |_| args.iter().map(|arg| (*arg).to_owned()).collect(), check);
}

/// As [`everywhere`], with words that depend on where the copy lies.
pub fn everywhere_as(source: &World, words: impl Fn(&World) -> Vec<String>, check: impl Fn(&World, &Run, &str)) {
    if !can_fail() {
        return;
    }
    let calls = calls(source, &words);
    assert!(!calls.is_empty(), "the command changes no file");
    let rounds = switch("JOURNAL_CRASH_ROUNDS").map_or(FEW, |rounds| usize::try_from(rounds).unwrap());
    let all = calls.len();
    let mut told = Vec::new();
    for fault in Fault::ALL {
        let numbers = chosen(fault, &calls, rounds);
        let tried = numbers.len();
        for number in numbers {
            let world = source.copy();
            let (run, hit) = suffer(&world, fault, number, &words(&world));
            let when = format!("{fault:?} at call {hit} of {all}");
            assert!(!run.stderr.contains("panicked"), "{when}: {run:#?}");
            if run.code > 0 {
                run.is_clear();
            } else if !hit.is_empty() {
                assert_eq!(run.code == -1, fault.kills(), "{when}: {run:#?}");
            }
            check(&world, &run, &when);
        }
        told.push(format!("{fault:?} {tried}"));
    }
    println!("{all} calls; {}", told.join(", "));
}
