//! Citations of entries in answers.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::id::EntryId;

/// An entry that supports an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnswerCitation {
    /// The entry.
    pub entry_id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// Beginning of the entry.
    pub snippet: String,
    /// Quote from the entry that supports the answer.
    pub quote: String,
    /// First code point of the quote in the final text.
    pub char_start: usize,
    /// One past its last code point.
    pub char_end: usize,
}
