//! Whatever is wrong gets one clear sentence and a next step, the right exit code, and loses nothing.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what is skipped is told")]

#[path = "../support/mod.rs"]
mod support;

mod damage;
mod dates;
mod files;
mod locks;
mod machine;
mod settings;
mod together;
mod urls;
