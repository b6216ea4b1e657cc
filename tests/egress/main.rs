//! Nothing goes out unseen: the real program against a provider that keeps what it hears.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what was skipped is told")]

mod provider;
#[path = "../support/mod.rs"]
mod support;

mod failures;
mod ledger;
mod policy;
mod traced;
