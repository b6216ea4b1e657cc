//! The Model Context Protocol over standard streams and HTTP, in both its eras, against the real program.

#![allow(clippy::unwrap_used, reason = "tests")]

mod client;
#[path = "../http/raw.rs"]
mod raw;
#[path = "../support/mod.rs"]
mod support;

mod bounds;
mod canary;
mod completion;
mod config;
mod isolation;
mod prompts;
mod resources;
mod server;
mod sessions;
mod stdio;
mod tools;
mod wire;
