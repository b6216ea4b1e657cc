//! Backups through the real binary: made while the journal is in use, listed, and removed.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what is skipped is told")]

#[path = "../support/mod.rs"]
mod support;

mod create;
mod fixture;
mod flips;
mod forged;
mod load;
mod person;
mod prune;
mod reading;
mod recipe;
mod refusals;
mod restore;
mod roundtrip;
mod verify;
