//! Every file operation in turn fails, is cut short or is the last: nothing is lost, nothing is half done, and no failure
//! is taken for a success.
//!
//! `fault.c` is compiled here and loaded into the command; without a C compiler the tests say so and pass.
//! `JOURNAL_CRASH_ROUNDS` is the number of calls that are tried of each command with each fault, beside those that rename
//! and remove.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what is skipped is told")]

#[path = "../support/mod.rs"]
mod support;

mod backup;
mod keyring;
mod layer;
mod migration;
