//! A process that dies at any moment loses nothing it acknowledged and leaves nothing half done.
//!
//! `random` and `merges` kill commands, `extraction` runs that look entries through, `serve` a server under load and `storm`
//! one that uploads stream into, after a random time and `JOURNAL_CRASH_ROUNDS` times in all (default 12; the storm half as
//! often); `steps` kills at the system calls one after
//! another that change a file, where `strace` is there to do it.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what is skipped is told")]

#[path = "../support/mod.rs"]
mod support;

mod extraction;
mod merges;
mod model;
mod random;
mod serve;
mod steps;
mod storm;
