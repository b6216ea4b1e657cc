//! Rows of source files and pages.

use rusqlite::{Row, named_params};

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

/// Sets a source's identity, and the hashes of its bytes and of its text as they were last imported.
pub(crate) fn set_identity(
    db: &NotebookDb<'_>,
    source: i64,
    identity: &str,
    file_hash: &[u8],
    imported_hash: &[u8],
) -> Result<()> {
    db.execute(
        "UPDATE source_files SET identity = :identity, file_hash = :file, imported_hash = :imported WHERE id = :id",
        named_params! { ":id": source, ":identity": identity, ":file": file_hash, ":imported": imported_hash },
    )
    .map(drop)
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

/// A source file whose identity is known.
pub(crate) struct KnownSource {
    pub(crate) id: i64,
    pub(crate) entry: EntryId,
    pub(crate) file_hash: Vec<u8>,
    /// Hash of the text as it was last imported; `None` if not recorded.
    pub(crate) imported_hash: Option<Vec<u8>>,
}

/// Finds the latest source file with an identity, of an entry within a boundary.
pub(crate) fn find_by_identity(
    db: &NotebookDb<'_>,
    identity: &str,
    within: &AccessFilter,
) -> Result<Option<KnownSource>> {
    entry_access::query_optional(
        db,
        within,
        restricted_statement!(
            "SELECT s.id, s.entry_id, s.file_hash, s.imported_hash
             FROM source_files s JOIN entries e ON e.id = s.entry_id
             WHERE s.identity = :identity AND",
            "ORDER BY s.id DESC LIMIT 1"
        ),
        &[(":identity", &identity)],
        known_source_from_row,
    )
}

/// Finds a source file with these bytes whose identity is not recorded, or whose entry within a boundary is of this day.
pub(crate) fn find_by_content(
    db: &NotebookDb<'_>,
    hash: &[u8],
    date: &str,
    within: &AccessFilter,
) -> Result<Option<KnownSource>> {
    entry_access::query_optional(
        db,
        within,
        restricted_statement!(
            "SELECT s.id, s.entry_id, s.file_hash, s.imported_hash
             FROM source_files s JOIN entries e ON e.id = s.entry_id
             WHERE s.file_hash = :hash AND (s.identity IS NULL OR e.entry_date = :date) AND",
            "ORDER BY s.identity IS NOT NULL, s.id LIMIT 1"
        ),
        &[(":hash", &hash), (":date", &date)],
        known_source_from_row,
    )
}

/// Finds a source file with these bytes whose identity is not recorded, of an entry within a boundary.
pub(crate) fn find_without_identity(db: &NotebookDb<'_>, hash: &[u8], within: &AccessFilter) -> Result<Option<i64>> {
    entry_access::query_optional(
        db,
        within,
        restricted_statement!(
            "SELECT s.id FROM source_files s JOIN entries e ON e.id = s.entry_id
             WHERE s.file_hash = :hash AND s.identity IS NULL AND",
            "ORDER BY s.id LIMIT 1"
        ),
        &[(":hash", &hash)],
        |row| row.get(0),
    )
}

fn known_source_from_row(row: &Row<'_>) -> rusqlite::Result<KnownSource> {
    Ok(KnownSource { id: row.get(0)?, entry: EntryId(row.get(1)?), file_hash: row.get(2)?, imported_hash: row.get(3)? })
}
