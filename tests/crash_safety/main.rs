//! Crash consistency: a process killed at any moment loses nothing it acknowledged and leaves nothing half done.
//!
//! `random` and `merges` kill commands, `extraction` kills entity extraction jobs, `serve` a server under load and
//! `storm` a server during uploads, each after a random time and `JOURNAL_CRASH_ROUNDS` times in all (default 12;
//! `storm` half as often). `steps` kills at every system call that changes a file, if `strace` is available. `typing` kills and interrupts `write` and
//! `edit` with an editor, and fills the disk, `JOURNAL_CRASH_ROUNDS` times each (default 6).

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "skipped checks are printed")]

#[path = "../support/mod.rs"]
mod support;

mod extraction;
mod fault_injection;
mod merges;
mod model;
mod moods;
mod random;
mod serve;
mod steps;
mod storm;
mod trash;
mod typing;
