//! The layer between the command and the system that fails when it is told to.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::support::Run;
use crate::support::World;
use crate::support::feed;
use crate::support::switch;

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
/// the call's name; `None` once there are not as many calls.
pub fn suffer(world: &World, fault: Fault, number: usize, args: &[&str]) -> Option<(Run, String)> {
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
    let hit = std::fs::read_to_string(report.path()).unwrap();
    (!hit.is_empty()).then(|| (run, format!("{fault:?} at call {}", hit.trim_end())))
}

/// Of the calls every `short`th is tried, beginning with another one for every fault; or all of them.
pub fn numbers(fault: Fault, short: usize) -> impl Iterator<Item = usize> {
    let all = switch("JOURNAL_CRASH_ROUNDS").unwrap_or(12) >= 100;
    let (step, offset) = if all { (1, 0) } else { (short, (fault as usize * 5) % short) };
    (1 + offset..).step_by(step)
}

/// Runs a command on a copy of a home once for every fault and every call that is tried; `check` sees what is left.
pub fn everywhere(source: &World, args: &[&str], short: usize, check: impl Fn(&World, Fault, &Run, &str)) {
    everywhere_as(source, |_| args.iter().map(|arg| (*arg).to_owned()).collect(), short, check);
}

/// As [`everywhere`], with words that depend on where the copy lies.
pub fn everywhere_as(
    source: &World,
    words: impl Fn(&World) -> Vec<String>,
    short: usize,
    check: impl Fn(&World, Fault, &Run, &str),
) {
    if !can_fail() {
        return;
    }
    let mut told = Vec::new();
    for fault in Fault::ALL {
        let (mut tried, mut last) = (0, 0);
        for number in numbers(fault, short) {
            let world = source.copy();
            let words = words(&world);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let Some((run, when)) = suffer(&world, fault, number, &words) else { break };
            assert!(!run.stderr.contains("panicked"), "{when}: {run:#?}");
            if run.code > 0 {
                run.is_clear();
            } else {
                assert_eq!(run.code == -1, fault.kills(), "{when}: {run:#?}");
            }
            check(&world, fault, &run, &when);
            (tried, last) = (tried + 1, number);
        }
        assert!(tried > 0, "the command changes no file");
        told.push(format!("{fault:?} {tried} (of {last})"));
    }
    println!("{}", told.join(", "));
}
