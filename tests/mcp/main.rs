//! The Model Context Protocol over standard streams and HTTP, in both its eras, against the real program.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what is skipped is said")]

mod client;
#[path = "../intake/made.rs"]
#[allow(dead_code, reason = "not every part of it is used here")]
mod made;
#[path = "../support/mod.rs"]
mod support;

mod bounds;
mod canary;
mod completion;
mod config;
mod isolation;
mod prompts;
mod python;
mod resources;
mod server;
mod sessions;
mod stdio;
mod tools;
mod wire;

use support::raw;
