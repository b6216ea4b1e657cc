//! Drafts: texts that were typed and could not be stored as an entry.

use serde::Serialize;

use crate::domain::id::{DraftId, EntryId};

/// Typed text that was not stored, with the flags of its command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// Its number.
    pub id: DraftId,
    /// The entry that it was to change; `None` for a new entry.
    pub entry_id: Option<EntryId>,
    /// Text as typed.
    pub text: String,
    /// Date given by a flag, `YYYY-MM-DD`.
    pub entry_date: Option<String>,
    /// Time of day given by a flag.
    pub entry_time: Option<String>,
    /// Title given by a flag.
    pub title: Option<String>,
    /// Tags given by flags.
    pub tags: Vec<String>,
    /// True if front matter at the top of the text is read.
    pub has_front_matter: bool,
    /// Machine code of the error that prevented storing.
    pub reason: String,
    /// UTC timestamp of the first attempt to store it.
    pub created_at: String,
}
