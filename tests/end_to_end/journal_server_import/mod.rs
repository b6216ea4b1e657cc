//! `import journal-server` through the real binary, from databases as Python journal-servers leave them.

mod accounts;
mod again;
mod bad;
mod owners;
mod together;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use crate::support::legacy_database::python::Python;
use crate::support::{Run, World};

/// Creates a populated database of the newest schema version.
fn database(world: &World, entries: i64) -> PathBuf {
    let python = open_database(world, entries);
    python.stop()
}

/// Creates a populated database to which rows can still be added.
fn open_database(world: &World, entries: i64) -> Python {
    let python = Python::new(&world.path("inbox/journal.db"), crate::support::legacy_database::python::NEWEST);
    crate::support::legacy_database::fill::all(&python, entries, &now());
    python
}

#[expect(clippy::disallowed_methods, reason = "the server under test uses the system clock")]
fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn import(world: &World, db: &Path, more: &[&str]) -> Run {
    world.run(&[&["import", "journal-server", "--db", db.to_str().unwrap()], more].concat())
}

/// Imports a database and returns the JSON report.
fn import_report(world: &World, db: &Path, more: &[&str]) -> Value {
    import(world, db, &[more, &["--json"]].concat()).ok().document()
}

/// Returns the part of a report about one source user.
fn user_report<'r>(report: &'r Value, from: &str) -> &'r Value {
    let users = report["users"].as_array().unwrap();
    users.iter().find(|user| user["from"] == from).unwrap_or_else(|| panic!("{from} in {report}"))
}
