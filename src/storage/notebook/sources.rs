//! Rows of the files that entries came from.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;

/// Adds the file an entry came from and returns its number.
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

/// Adds what was read on one page of an entry; `source` is the number of its file.
pub(crate) fn add_page(
    db: &NotebookDb<'_>,
    entry: EntryId,
    number: i64,
    text: &str,
    source: i64,
    at: &str,
) -> Result<()> {
    db.run(
        "INSERT INTO entry_pages (entry_id, page_number, raw_text, source_file_id, created_at)
         VALUES (:entry, :number, :text, :source, :at)",
        named_params! { ":entry": entry.0, ":number": number, ":text": text, ":source": source, ":at": at },
    )
    .map(drop)
}

/// Finds the entry that came from a file with this content.
pub(crate) fn entry_with(db: &NotebookDb<'_>, hash: &[u8]) -> Result<Option<EntryId>> {
    db.first(
        "SELECT entry_id FROM source_files WHERE file_hash = :hash ORDER BY id LIMIT 1",
        named_params! { ":hash": hash },
        |row| row.get(0).map(EntryId),
    )
}
