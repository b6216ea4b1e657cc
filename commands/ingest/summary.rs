//! Collected outcomes of an ingestion.

use serde::Serialize;
use serde_json::json;

use crate::output::CommandOutput;
use journal::error::{Error, Result};
use journal::services::ingest::IngestOutcome;

/// JSON item of one ingested file.
#[derive(Serialize)]
struct IngestedFileItem<T> {
    file: String,
    #[serde(flatten)]
    outcome: T,
}

/// Collected outcomes of an ingestion.
#[derive(Default)]
pub struct IngestSummary {
    items: Vec<serde_json::Value>,
    pub stored: usize,
    /// Entries with a new version.
    pub updated: usize,
    /// Changed files whose entries were edited here.
    edited_here: usize,
    pub duplicates: usize,
    /// Uploads whose job has not run yet.
    pub queued: usize,
    pub refused: Vec<(String, Error)>,
}

impl IngestSummary {
    /// Adds the outcome of one text.
    pub fn add_outcome(&mut self, file: String, outcome: IngestOutcome, out: &mut CommandOutput) -> Result<()> {
        let line = match outcome {
            IngestOutcome::Refused { error, .. } => {
                self.refused.push((file, error));
                return Ok(());
            }
            IngestOutcome::Stored { id, ref entry_date, word_count } => {
                self.stored += 1;
                format!("Stored entry {id} ({entry_date}, {word_count} words) from {file}")
            }
            IngestOutcome::Updated { id, ref entry_date, word_count } => {
                self.updated += 1;
                format!("Updated entry {id} ({entry_date}, {word_count} words) from {file}")
            }
            IngestOutcome::EditedHere { id } => {
                self.edited_here += 1;
                format!("Left entry {id} as it was edited here, although {file} changed")
            }
            IngestOutcome::AlreadyThere { id } => {
                self.duplicates += 1;
                format!("Already stored as entry {id}: {file}")
            }
        };
        self.add_item(file, outcome, line, out)
    }

    /// Prints a line, or adds the outcome to the JSON document.
    pub fn add_item(
        &mut self,
        file: String,
        outcome: impl Serialize,
        line: String,
        out: &mut CommandOutput,
    ) -> Result<()> {
        if !out.wants_json() {
            return out.done(&(), |()| line);
        }
        let item = serde_json::to_value(IngestedFileItem { file, outcome });
        self.items.push(item.map_err(|error| Error::internal("writing JSON", error))?);
        Ok(())
    }

    /// Prints the totals and the refused files; with `single`, fails with the error of the only file.
    pub fn report(mut self, single: bool, out: &mut CommandOutput) -> Result<()> {
        let count = self.refused.len();
        if out.wants_json() {
            self.items.extend(self.refused.iter().map(|(file, error)| {
                json!({ "file": file, "outcome": "refused", "message": error.to_string(), "hint": error.hint_text() })
            }));
            let summary = json!({
                "items": self.items, "stored": self.stored, "updated": self.updated,
                "edited_here": self.edited_here, "already_there": self.duplicates, "queued": self.queued,
                "refused": count,
            });
            out.result(&summary, |_| String::new())?;
        }
        if single && count == 1 {
            let (file, error) = self.refused.remove(0);
            let named = Error::new(error.kind(), format!("{file}: {error}"));
            let hint = error.hint_text().map(str::to_owned);
            return Err(hint.into_iter().fold(named.caused_by(error), Error::hint));
        }
        if self.stored + self.updated + self.edited_here + self.duplicates + self.queued + count == 0 {
            let none = Error::invalid("no texts, photographs or recordings were found");
            return Err(none.hint("name other files or folders"));
        }
        if !single {
            let queued = if self.queued == 0 { String::new() } else { format!("{} queued, ", self.queued) };
            let updated = if self.updated == 0 { String::new() } else { format!("{} updated, ", self.updated) };
            out.note(format!(
                "{} stored, {updated}{} duplicates, {queued}{count} refused",
                self.stored,
                self.duplicates + self.edited_here
            ));
        }
        let Some((_, first)) = self.refused.first() else { return Ok(()) };
        for (file, error) in self.refused.iter().filter(|_| !out.wants_json()) {
            out.warn(format!("{file}: {error} ({})", error.hint_text().unwrap_or("see above")));
        }
        Err(Error::new(first.kind(), format!("{count} of the files were not stored"))
            .hint("fix the reported problems and run the same command again"))
    }
}
