//! The Model Context Protocol over standard streams and HTTP, in both its eras, against the real program.

#![allow(clippy::unwrap_used, reason = "tests")]

mod client;
#[path = "../support/mod.rs"]
mod support;

mod tools;
