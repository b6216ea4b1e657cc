//! Rows of source files and pages.

use rusqlite::named_params;

use crate::domain::access_filter::AccessFilter;
use crate::domain::id::EntryId;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entry_access::{self, restricted_statement};

/// Adds an entry's source file and returns its id.
pub(crate) fn add(
    db: &NotebookDb<'_>,
    entry: EntryId,
    label: &str,
    media_type: &str,
    hash: &[u8],
    at: &str,
) -> Result<i64> {
    db.insert(
        "INSERT INTO source_files (entry_id, file_path, file_type, file_hash, created_at)
         VALUES (:entry, :label, :type, :hash, :at)",
        named_params! { ":entry": entry.0, ":label": label, ":type": media_type, ":hash": hash, ":at": at },
    )
}

/// Adds the text read from one page; `source` is the id of its source file.
pub(crate) fn add_page(
    db: &NotebookDb<'_>,
    entry: EntryId,
    number: i64,
    text: &str,
    source: i64,
    at: &str,
) -> Result<()> {
    db.execute(
        "INSERT INTO entry_pages (entry_id, page_number, raw_text, source_file_id, created_at)
         VALUES (:entry, :number, :text, :source, :at)",
        named_params! { ":entry": entry.0, ":number": number, ":text": text, ":source": source, ":at": at },
    )
    .map(drop)
}

/// Finds the entry within a boundary whose source file has this content.
pub(crate) fn find_entry_by_hash(db: &NotebookDb<'_>, hash: &[u8], within: &AccessFilter) -> Result<Option<EntryId>> {
    entry_access::query_optional(
        db,
        within,
        restricted_statement!(
            "SELECT s.entry_id FROM source_files s JOIN entries e ON e.id = s.entry_id
             WHERE s.file_hash = :hash AND",
            "ORDER BY s.id LIMIT 1"
        ),
        &[(":hash", &hash)],
        |row| row.get(0).map(EntryId),
    )
}
