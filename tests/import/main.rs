//! Everybody of a Python journal-server comes over: by the real binary, out of databases as such servers leave them.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what was measured is told")]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod again;
mod bad;
mod fill;
mod owners;
mod python;
mod together;

use std::path::Path;
use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::Value;

use crate::python::Python;
use crate::support::Run;
use crate::support::World;

/// Makes a full database of the newest version with so many entries.
fn database(world: &World, entries: i64) -> PathBuf {
    let python = begun(world, entries);
    python.stop()
}

/// Makes a full database that can still be added to.
fn begun(world: &World, entries: i64) -> Python {
    let python = Python::new(&world.path("inbox/journal.db"), python::NEWEST);
    fill::all(&python, entries, &now());
    python
}

#[expect(clippy::disallowed_methods, reason = "the server under test has the machine's time")]
fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn import(world: &World, db: &Path, more: &[&str]) -> Run {
    world.run(&[&["import", "journal-server", "--db", db.to_str().unwrap()], more].concat())
}

/// Imports and returns the report.
fn imported(world: &World, db: &Path, more: &[&str]) -> Value {
    import(world, db, &[more, &["--json"]].concat()).ok().document()
}

/// Returns what a report tells of somebody.
fn told<'r>(report: &'r Value, from: &str) -> &'r Value {
    let users = report["users"].as_array().unwrap();
    users.iter().find(|user| user["from"] == from).unwrap_or_else(|| panic!("{from} in {report}"))
}
