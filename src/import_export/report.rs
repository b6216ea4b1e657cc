//! Report of an import.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::{Error, ErrorKind};

/// Result or dry run of an import.
#[derive(Debug, Default, Serialize)]
pub struct ImportReport {
    /// True if nothing was written.
    pub dry_run: bool,
    /// New entries.
    pub taken: usize,
    /// Entries that already existed.
    pub already_there: usize,
    /// Entries that got a new version because their source changed.
    pub updated: usize,
    /// Sources that changed while their entries were edited here; the entries were left as they are.
    pub edited_here: Vec<String>,
    /// Photographs and recordings of new entries.
    pub originals: usize,
    /// Entries without a date, and the date they were given.
    pub undated: Vec<UndatedEntry>,
    /// Remarks about dates that were doubtful or could not be read, each after the name of its entry.
    pub date_notes: Vec<String>,
    /// Entries that were rejected.
    pub refused: Vec<RejectedEntry>,
    /// Photographs and recordings that were skipped; their entries were imported.
    pub left_out: Vec<SkippedAttachment>,
    /// Files that are neither notes nor attachments of one.
    pub skipped: usize,
    /// Source fields without an equivalent, appended to the text as a line; count per field.
    pub kept_as_text: BTreeMap<&'static str, usize>,
    /// Source fields that were dropped; count per field.
    pub not_kept: BTreeMap<&'static str, usize>,
}

/// Entry without a date in its source.
#[derive(Debug, Serialize)]
pub struct UndatedEntry {
    /// Its name in the source.
    pub name: String,
    /// The date it was given.
    pub entry_date: String,
}

/// Entry that was rejected.
#[derive(Debug, Serialize)]
pub struct RejectedEntry {
    /// Its name in the source.
    pub name: String,
    /// Error message.
    pub message: String,
    /// Next step.
    pub hint: Option<String>,
    /// Error kind, for the exit code.
    #[serde(skip)]
    pub kind: ErrorKind,
}

impl RejectedEntry {
    pub(super) fn new(name: String, error: &Error) -> Self {
        Self { name, message: error.to_string(), hint: error.hint_text().map(str::to_owned), kind: error.kind() }
    }
}

/// Photograph or recording that was skipped.
#[derive(Debug, Serialize)]
pub struct SkippedAttachment {
    /// Name of its entry in the source.
    pub name: String,
    /// Name of the file in the source.
    pub file: String,
    /// Reason.
    pub message: String,
}
