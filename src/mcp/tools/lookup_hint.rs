//! Hints of not-found errors: the tools that show valid ids.

use crate::error::{Error, ErrorKind};

/// Replaces the hint of a not-found entry by the tools that list entries.
pub(super) fn with_entry_hint(error: Error) -> Error {
    with_hint(error, "journal_list_entries and journal_search_entries show the ids of entries")
}

/// Replaces the hint of an entry that is not in the trash by the tool that lists the trash.
pub(super) fn with_trash_hint(error: Error) -> Error {
    with_hint(error, "journal_list_trash shows the ids of entries in the trash")
}

/// Replaces the hint of a not-found entity by the tool that lists entities.
pub(super) fn with_entity_hint(error: Error) -> Error {
    with_hint(error, "journal_list_entities shows the ids of entities")
}

fn with_hint(error: Error, hint: &'static str) -> Error {
    if error.kind() != ErrorKind::NotFound {
        return error;
    }
    Error::new(ErrorKind::NotFound, error.to_string()).hint(hint)
}
