//! Import report: row counts and row ids, never content.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::domain::id::UserId;
use crate::storage::database::try_insert::InsertOutcome;

/// Maximum rows of a table that are listed; more are only counted.
const MAX_LISTED_ROWS: usize = 100;

/// Result or dry run of an import.
#[derive(Debug, Serialize)]
pub struct ServerImportReport {
    /// True if nothing was imported.
    pub dry_run: bool,
    /// Schema version of the database.
    pub schema_version: i64,
    /// All source users, lowest id first.
    pub users: Vec<UserImportReport>,
    /// Runtime settings.
    pub settings: TableImportCounts,
    /// Model prices.
    pub pricing: TableImportCounts,
    /// Rows whose owner does not exist, by table.
    pub strays: BTreeMap<&'static str, OrphanRows>,
    /// Row counts of tables that are not imported.
    pub other_tables: BTreeMap<String, i64>,
    /// Warnings for the operator.
    pub warnings: Vec<String>,
}

/// Result for one source user.
#[derive(Debug, Serialize)]
pub struct UserImportReport {
    /// User id in the source.
    pub source_user: i64,
    /// Email address in the source.
    pub from: String,
    /// Email address in this installation; `None` if not imported.
    pub email: Option<String>,
    /// User id in this installation, if any.
    pub user_id: Option<UserId>,
    /// Outcome of the import.
    pub outcome: UserImportOutcome,
    /// Row counts by table.
    pub rows: BTreeMap<&'static str, TableImportCounts>,
    /// Entries queued for embedding.
    pub entries_to_embed: u64,
    /// Warnings for the user or the operator.
    pub warnings: Vec<String>,
}

/// Outcome for one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UserImportOutcome {
    /// Imported, or would be in a dry run.
    Imported,
    /// Already imported; nothing was changed.
    AlreadyHere,
    /// The seeded user without content; skipped.
    NothingTheirs,
}

/// Row counts of a table.
#[derive(Debug, Default, Serialize)]
pub struct TableImportCounts {
    /// Rows in the source.
    pub found: u64,
    /// Imported rows.
    pub imported: u64,
    /// Rows that could not be imported.
    pub skipped: u64,
    /// Imported rows with a corrected value.
    pub mended: u64,
    /// Skipped and corrected rows; the first 100.
    pub notes: Vec<RowNote>,
}

/// Note on one skipped or corrected row.
#[derive(Debug, Serialize)]
pub struct RowNote {
    /// Row id in the source.
    pub id: String,
    /// True if the row was skipped.
    pub skipped: bool,
    /// Reason, or the corrected values.
    pub why: String,
}

/// Orphan rows of a table.
#[derive(Debug, Default, Serialize)]
pub struct OrphanRows {
    /// Number of rows.
    pub rows: u64,
    /// Row ids; the first 100.
    pub ids: Vec<String>,
}

impl TableImportCounts {
    /// Counts a row by the result of its insertion.
    pub(super) fn count(&mut self, id: String, offered: InsertOutcome, mended: &[&'static str]) {
        match offered {
            InsertOutcome::Inserted => {
                self.found += 1;
                self.imported += 1;
                if !mended.is_empty() {
                    self.mended += 1;
                    self.note(id, false, mended.join(", "));
                }
            }
            InsertOutcome::Orphan => self.skip(id, "the row it belongs to does not exist"),
            InsertOutcome::Duplicate => self.skip(id, "it duplicates another row"),
            InsertOutcome::Invalid => self.skip(id, "a value is missing or invalid"),
        }
    }

    /// Counts a skipped row.
    pub(super) fn skip(&mut self, id: String, why: &str) {
        self.found += 1;
        self.skipped += 1;
        self.note(id, true, why.to_owned());
    }

    fn note(&mut self, id: String, skipped: bool, why: String) {
        if self.notes.len() < MAX_LISTED_ROWS {
            self.notes.push(RowNote { id, skipped, why });
        }
    }
}

impl OrphanRows {
    /// Counts an orphan row.
    pub(super) fn count(&mut self, id: String) {
        self.rows += 1;
        if self.ids.len() < MAX_LISTED_ROWS {
            self.ids.push(id);
        }
    }
}

impl fmt::Display for ServerImportReport {
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
                "Skipped {} rows of {table} without an owner: {}",
                strays.rows,
                id_list(&strays.ids, strays.rows)
            )?;
        }
        let others: Vec<String> = self
            .other_tables
            .iter()
            .filter(|(_, rows)| **rows > 0)
            .map(|(name, rows)| format!("{name} ({rows})"))
            .collect();
        if !others.is_empty() {
            writeln!(f, "Skipped tables without an equivalent: {}", others.join(", "))?;
        }
        self.warnings.iter().try_for_each(|warning| writeln!(f, "Note: {warning}"))
    }
}

impl UserImportReport {
    fn write(&self, f: &mut fmt::Formatter<'_>, done: &str) -> fmt::Result {
        let to = self.email.as_deref().filter(|email| *email != self.from);
        let name = to.map_or_else(|| self.from.clone(), |to| format!("{} as {to}", self.from));
        match self.outcome {
            UserImportOutcome::NothingTheirs => return writeln!(f, "Skipped {name}, a user without content"),
            UserImportOutcome::AlreadyHere => return writeln!(f, "{name} is already imported: nothing was changed"),
            UserImportOutcome::Imported => writeln!(f, "{done} {name}")?,
        }
        let counts = self.rows.iter().filter(|(_, rows)| rows.found > 0);
        for (table, rows) in counts {
            write!(f, "  {table}: {}", rows.imported)?;
            for (count, what) in [(rows.skipped, "skipped"), (rows.mended, "corrected")] {
                if count > 0 {
                    write!(f, ", {count} {what}")?;
                }
            }
            writeln!(f)?;
            for note in &rows.notes {
                let what = if note.skipped { "skipped" } else { "corrected" };
                writeln!(f, "    {table} {} {what}: {}", note.id, note.why)?;
            }
        }
        if self.entries_to_embed > 0 {
            writeln!(f, "  {} entries queued for embedding", self.entries_to_embed)?;
        }
        self.warnings.iter().try_for_each(|warning| writeln!(f, "  note: {warning}"))
    }
}

fn id_list(ids: &[String], all: u64) -> String {
    let more = if all > ids.len() as u64 { " …" } else { "" };
    format!("{}{more}", ids.join(" "))
}
