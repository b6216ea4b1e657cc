//! What a notebook is tried by: entries to search for, originals to open.

use rusqlite::named_params;
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) id: Uuid,
    pub(crate) plain_bytes: u64,
    /// SHA-256 of the sealed file.
    pub(crate) sealed_hash: Vec<u8>,
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

/// Returns the originals that follow one, in the order of their ids; all of them after the nil id.
pub(crate) fn originals(db: &NotebookDb<'_>, after: Uuid, limit: i64) -> Result<Vec<Listed>> {
    let rows = db.all(
        "SELECT id, plain_bytes, sealed_hash FROM media WHERE id > :after ORDER BY id LIMIT :limit",
        named_params! { ":after": after.to_string(), ":limit": limit },
        |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let listed = rows.into_iter().map(|(id, plain_bytes, sealed_hash)| {
        let id = id.parse().map_err(|error| Error::internal("the id of an original", error))?;
        Ok(Listed { id, plain_bytes, sealed_hash })
    });
    listed.collect()
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
