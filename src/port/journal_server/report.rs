//! What came over, or would: numbers of rows and which of them, never what is in them.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::model::id::UserId;
use crate::storage::database::offer::Offered;

/// Rows of a table that are named one by one; more are only counted.
const NAMED: usize = 100;

/// What an import did, or would do.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Whether nothing was brought.
    pub dry_run: bool,
    /// The version of the database.
    pub schema_version: i64,
    /// Everybody in it, lowest number first.
    pub users: Vec<Person>,
    /// Settings that were changed at run time there.
    pub settings: Rows,
    /// What models cost.
    pub pricing: Rows,
    /// Rows that belong to nobody, or to what is no longer there, by table.
    pub strays: BTreeMap<&'static str, Strays>,
    /// Tables that are not brought over, with how many rows each has.
    pub other_tables: BTreeMap<String, i64>,
    /// What the operator should know.
    pub warnings: Vec<String>,
}

/// Somebody of the database.
#[derive(Debug, Serialize)]
pub struct Person {
    /// Their number there.
    pub source_user: i64,
    /// Their address there.
    pub from: String,
    /// Their address here; none for one who is not brought over.
    pub email: Option<String>,
    /// Their number here, as far as they have one.
    pub user_id: Option<UserId>,
    /// What became of them.
    pub outcome: Outcome,
    /// Their rows by table.
    pub rows: BTreeMap<&'static str, Rows>,
    /// Entries whose vectors are to be made.
    pub entries_to_embed: u64,
    /// What they or the operator should know.
    pub warnings: Vec<String>,
}

/// What became of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// They are here now, with everything that could be taken; in a dry run they would be.
    Imported,
    /// They were here already, and nothing was changed.
    AlreadyHere,
    /// The user that every database begins with, who has nothing.
    NothingTheirs,
}

/// What became of the rows of a table.
#[derive(Debug, Default, Serialize)]
pub struct Rows {
    /// Rows there.
    pub found: u64,
    /// Rows that are here now.
    pub imported: u64,
    /// Rows that could not be taken.
    pub skipped: u64,
    /// Rows that were taken and in which something had to be put right.
    pub mended: u64,
    /// Which those were; the first hundred.
    pub notes: Vec<Note>,
}

/// Something about a row.
#[derive(Debug, Serialize)]
pub struct Note {
    /// The row's id there.
    pub id: String,
    /// Whether it was left out.
    pub skipped: bool,
    /// Why, or what was put right.
    pub why: String,
}

/// Rows that are nobody's.
#[derive(Debug, Default, Serialize)]
pub struct Strays {
    /// How many.
    pub rows: u64,
    /// Which; the first hundred.
    pub ids: Vec<String>,
}

impl Rows {
    /// Counts a row that was offered.
    pub(super) fn count(&mut self, id: String, offered: Offered, mended: &[&'static str]) {
        match offered {
            Offered::Taken => {
                self.found += 1;
                self.imported += 1;
                if !mended.is_empty() {
                    self.mended += 1;
                    self.note(id, false, mended.join(", "));
                }
            }
            Offered::Orphan => self.skip(id, "what it belongs to is not there"),
            Offered::Duplicate => self.skip(id, "there is one that says the same"),
            Offered::Unfit => self.skip(id, "a value is missing, or is none that can be"),
        }
    }

    /// Counts a row that is left out.
    pub(super) fn skip(&mut self, id: String, why: &str) {
        self.found += 1;
        self.skipped += 1;
        self.note(id, true, why.to_owned());
    }

    fn note(&mut self, id: String, skipped: bool, why: String) {
        if self.notes.len() < NAMED {
            self.notes.push(Note { id, skipped, why });
        }
    }
}

impl Strays {
    /// Counts a row.
    pub(super) fn count(&mut self, id: String) {
        self.rows += 1;
        if self.ids.len() < NAMED {
            self.ids.push(id);
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let done = if self.dry_run { "Would import" } else { "Imported" };
        for person in &self.users {
            person.write(f, done)?;
        }
        for (name, rows) in [("settings", &self.settings), ("prices", &self.pricing)] {
            if rows.found > 0 {
                writeln!(f, "{done} {} of {} {name}", rows.imported, rows.found)?;
            }
        }
        for (table, strays) in &self.strays {
            writeln!(
                f,
                "Left out {} rows of {table} that are nobody's: {}",
                strays.rows,
                listed(&strays.ids, strays.rows)
            )?;
        }
        let others: Vec<String> = self
            .other_tables
            .iter()
            .filter(|(_, rows)| **rows > 0)
            .map(|(name, rows)| format!("{name} ({rows})"))
            .collect();
        if !others.is_empty() {
            writeln!(f, "Left out tables of what there is not here: {}", others.join(", "))?;
        }
        self.warnings.iter().try_for_each(|warning| writeln!(f, "Note: {warning}"))
    }
}

impl Person {
    fn write(&self, f: &mut fmt::Formatter<'_>, done: &str) -> fmt::Result {
        let to = self.email.as_deref().filter(|email| *email != self.from);
        let name = to.map_or_else(|| self.from.clone(), |to| format!("{} as {to}", self.from));
        match self.outcome {
            Outcome::NothingTheirs => return writeln!(f, "Left out {name}, who has nothing"),
            Outcome::AlreadyHere => return writeln!(f, "{name} is here already: nothing was changed"),
            Outcome::Imported => writeln!(f, "{done} {name}")?,
        }
        let counts = self.rows.iter().filter(|(_, rows)| rows.found > 0);
        for (table, rows) in counts {
            write!(f, "  {table}: {}", rows.imported)?;
            for (count, what) in [(rows.skipped, "left out"), (rows.mended, "put right")] {
                if count > 0 {
                    write!(f, ", {count} {what}")?;
                }
            }
            writeln!(f)?;
            for note in &rows.notes {
                let what = if note.skipped { "left out" } else { "put right" };
                writeln!(f, "    {table} {} {what}: {}", note.id, note.why)?;
            }
        }
        if self.entries_to_embed > 0 {
            writeln!(f, "  {} entries wait for their vectors", self.entries_to_embed)?;
        }
        self.warnings.iter().try_for_each(|warning| writeln!(f, "  note: {warning}"))
    }
}

fn listed(ids: &[String], all: u64) -> String {
    let more = if all > ids.len() as u64 { " …" } else { "" };
    format!("{}{more}", ids.join(" "))
}
