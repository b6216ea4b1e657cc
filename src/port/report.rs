//! What became of texts that came from elsewhere.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::Error;
use crate::error::Kind;

/// What was taken and what was not, or would be.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Whether nothing was written.
    pub dry_run: bool,
    /// Entries that are new.
    pub taken: usize,
    /// Entries that were there already.
    pub already_there: usize,
    /// Photographs and recordings that came with new entries.
    pub originals: usize,
    /// Entries that do not say their date, and the one they got.
    pub undated: Vec<Undated>,
    /// What could not become an entry, and why.
    pub refused: Vec<Refused>,
    /// Photographs and recordings that could not be taken, and why; their entries were.
    pub left_out: Vec<LeftOut>,
    /// Files that are no notes, and that no note shows.
    pub skipped: usize,
    /// What has no place of its own here and became a line of the text, and how often.
    pub kept_as_text: BTreeMap<&'static str, usize>,
    /// What was not kept, and how often.
    pub not_kept: BTreeMap<&'static str, usize>,
}

/// An entry that does not say its date.
#[derive(Debug, Serialize)]
pub struct Undated {
    /// What it is called where it comes from.
    pub name: String,
    /// The date it got.
    pub entry_date: String,
}

/// What could not become an entry.
#[derive(Debug, Serialize)]
pub struct Refused {
    /// What it is called where it comes from.
    pub name: String,
    /// Why.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// Which exit code it stands for.
    #[serde(skip)]
    pub kind: Kind,
}

impl Refused {
    pub(super) fn new(name: String, error: &Error) -> Self {
        Self { name, message: error.to_string(), hint: error.next_step().map(str::to_owned), kind: error.kind() }
    }
}

/// A photograph or recording that could not be taken.
#[derive(Debug, Serialize)]
pub struct LeftOut {
    /// The entry that shows it, as it is called where it comes from.
    pub name: String,
    /// What the file is called there.
    pub file: String,
    /// Why.
    pub message: String,
}
