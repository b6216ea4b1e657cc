//! What a notebook is tried by: entries to search for, originals to open.

use uuid::Uuid;

use crate::error::Error;
use crate::error::Result;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;

/// An entry whose words have to find it.
pub(crate) struct Sample {
    pub(crate) id: EntryId,
    pub(crate) date: String,
    pub(crate) text: String,
}

/// An original as its row tells of it.
pub(crate) struct Listed {
    pub(crate) id: Uuid,
    pub(crate) plain_bytes: u64,
}

/// Returns the first, a middle and the last entry that can be found at all.
pub(crate) fn entries(db: &NotebookDb<'_>) -> Result<Vec<Sample>> {
    db.all(
        "WITH found AS (SELECT id FROM entries WHERE date_confirmed = 1 AND word_count > 0)
         SELECT id, entry_date, final_text FROM entries
         WHERE id IN (SELECT MIN(id) FROM found UNION SELECT MAX(id) FROM found
                      UNION SELECT MIN(id) FROM found WHERE id >= (SELECT AVG(id) FROM found))
         ORDER BY id",
        [],
        |row| Ok(Sample { id: row.get(0).map(EntryId)?, date: row.get(1)?, text: row.get(2)? }),
    )
}

/// Counts the entries.
pub(crate) fn count(db: &NotebookDb<'_>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM entries", [], |row| row.get(0))
}

/// Returns an original, if there is one.
pub(crate) fn original(db: &NotebookDb<'_>) -> Result<Option<Listed>> {
    let found = db.first("SELECT id, plain_bytes FROM media ORDER BY id LIMIT 1", [], |row| {
        Ok((row.get::<_, String>(0)?, row.get(1)?))
    })?;
    let listed = found.map(|(id, plain_bytes)| {
        let id = id.parse().map_err(|error| Error::internal("a stored media id", error))?;
        Ok(Listed { id, plain_bytes })
    });
    listed.transpose()
}

/// Returns the entries that have no vector, oldest first.
pub(crate) fn without_vectors(db: &NotebookDb<'_>) -> Result<Vec<EntryId>> {
    db.all(
        "SELECT id FROM entries WHERE NOT EXISTS (SELECT 1 FROM chunk_vectors v WHERE v.entry_id = entries.id)
         ORDER BY id",
        [],
        |row| row.get(0).map(EntryId),
    )
}
