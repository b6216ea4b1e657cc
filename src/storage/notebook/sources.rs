//! Rows of the files that entries came from.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;

/// Adds the file an entry came from.
pub(crate) fn add(
    db: &NotebookDb<'_>,
    entry: EntryId,
    label: &str,
    media_type: &str,
    hash: &[u8],
    at: &str,
) -> Result<()> {
    db.run(
        "INSERT INTO source_files (entry_id, file_path, file_type, file_hash, created_at)
         VALUES (:entry, :label, :type, :hash, :at)",
        named_params! { ":entry": entry.0, ":label": label, ":type": media_type, ":hash": hash, ":at": at },
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
