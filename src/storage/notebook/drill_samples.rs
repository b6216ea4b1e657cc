//! Samples for restore drills: entries to search for and an original to open.

use uuid::Uuid;

use crate::domain::id::EntryId;
use crate::error::{Error, Result};
use crate::storage::notebook::NotebookDb;

/// An entry that a search for its text must find.
pub(crate) struct DrillQuery {
    pub(crate) id: EntryId,
    pub(crate) date: String,
    pub(crate) text: String,
}

/// Row of an original.
pub(crate) struct OriginalRow {
    pub(crate) id: Uuid,
    pub(crate) plain_bytes: u64,
}

/// Returns the first, a middle and the last searchable entry.
pub(crate) fn list_searchable(db: &NotebookDb<'_>) -> Result<Vec<DrillQuery>> {
    db.query_all(
        "WITH found AS (SELECT id FROM entries WHERE date_confirmed = 1 AND word_count > 0)
         SELECT id, entry_date, final_text FROM entries
         WHERE id IN (SELECT MIN(id) FROM found UNION SELECT MAX(id) FROM found
                      UNION SELECT MIN(id) FROM found WHERE id >= (SELECT AVG(id) FROM found))
         ORDER BY id",
        [],
        |row| Ok(DrillQuery { id: row.get(0).map(EntryId)?, date: row.get(1)?, text: row.get(2)? }),
    )
}

/// Counts the entries.
pub(crate) fn count_entries(db: &NotebookDb<'_>) -> Result<i64> {
    db.query_one("SELECT COUNT(*) FROM entries", [], |row| row.get(0))
}

/// Returns one original, if any.
pub(crate) fn find_original(db: &NotebookDb<'_>) -> Result<Option<OriginalRow>> {
    let found = db.query_optional("SELECT id, plain_bytes FROM media ORDER BY id LIMIT 1", [], |row| {
        Ok((row.get::<_, String>(0)?, row.get(1)?))
    })?;
    let listed = found.map(|(id, plain_bytes)| {
        let id = id.parse().map_err(|error| Error::internal("parsing a media id", error))?;
        Ok(OriginalRow { id, plain_bytes })
    });
    listed.transpose()
}

/// Returns the entries without a vector, oldest first.
pub(crate) fn without_vectors(db: &NotebookDb<'_>) -> Result<Vec<EntryId>> {
    db.query_all(
        "SELECT id FROM entries WHERE NOT EXISTS (SELECT 1 FROM chunk_vectors v WHERE v.entry_id = entries.id)
         ORDER BY id",
        [],
        |row| row.get(0).map(EntryId),
    )
}
