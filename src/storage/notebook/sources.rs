//! Rows of the files that entries came from.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::EntryId;
use crate::model::within::Within;
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

/// Finds the entry of a part of the notebook that came from a file with this content.
pub(crate) fn entry_with(db: &NotebookDb<'_>, hash: &[u8], within: &Within) -> Result<Option<EntryId>> {
    db.first(
        "SELECT s.entry_id FROM source_files s JOIN entries e ON e.id = s.entry_id
         WHERE s.file_hash = :hash
           AND entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND date_confirmed >= :confirmed
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))
         ORDER BY s.id LIMIT 1",
        named_params! {
            ":hash": hash, ":from": within.from(), ":to": within.to(), ":confirmed": within.confirmed(),
            ":without": within.without(),
        },
        |row| row.get(0).map(EntryId),
    )
}
