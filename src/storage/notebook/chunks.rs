//! Rows of entry chunks and their vectors.

use rusqlite::named_params;

use crate::domain::entry::EntryChunk;
use crate::domain::id::EntryId;
use crate::domain::search_result::MatchingChunk;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::vector_index::QuantisedVector;

/// A new chunk with its vector.
pub(crate) struct NewChunk {
    pub(crate) text: String,
    pub(crate) char_start: usize,
    pub(crate) char_end: usize,
    pub(crate) token_count: usize,
    pub(crate) vector: QuantisedVector,
}

/// Replaces an entry's chunks and vectors.
pub(crate) fn replace(db: &NotebookDb<'_>, entry: EntryId, embedder: &str, chunks: &[NewChunk]) -> Result<()> {
    clear(db, entry)?;
    for (position, chunk) in chunks.iter().enumerate() {
        let id = db.insert(
            "INSERT INTO entry_chunks (entry_id, chunk_index, chunk_text, char_start, char_end, token_count)
             VALUES (:entry, :index, :text, :start, :end, :tokens)",
            named_params! {
                ":entry": entry.0, ":index": position, ":text": chunk.text,
                ":start": chunk.char_start, ":end": chunk.char_end, ":tokens": chunk.token_count,
            },
        )?;
        let components: Vec<u8> = chunk.vector.components.iter().map(|c| c.cast_unsigned()).collect();
        db.execute(
            "INSERT INTO chunk_vectors (chunk_id, entry_id, embedder, scale, components)
             VALUES (:chunk, :entry, :embedder, :scale, :components)",
            named_params! {
                ":chunk": id, ":entry": entry.0, ":embedder": embedder,
                ":scale": f64::from(chunk.vector.scale), ":components": components,
            },
        )?;
    }
    db.execute(
        "UPDATE entries SET chunk_count = :count WHERE id = :entry",
        named_params! { ":entry": entry.0, ":count": chunks.len() },
    )
    .map(drop)
}

/// Removes an entry's chunks and vectors after its text changed.
pub(crate) fn clear(db: &NotebookDb<'_>, entry: EntryId) -> Result<()> {
    db.execute("DELETE FROM entry_chunks WHERE entry_id = :entry", named_params! { ":entry": entry.0 })?;
    db.execute(
        "UPDATE entries SET chunk_count = 0 WHERE id = :entry AND chunk_count <> 0",
        named_params! { ":entry": entry.0 },
    )
    .map(drop)
}

/// Finds a chunk as a search result.
pub(crate) fn find_matching(db: &NotebookDb<'_>, chunk_id: i64, score: f64) -> Result<Option<MatchingChunk>> {
    db.query_optional(
        "SELECT chunk_text, chunk_index, char_start, char_end FROM entry_chunks WHERE id = :id",
        named_params! { ":id": chunk_id },
        |row| {
            Ok(MatchingChunk {
                text: row.get(0)?,
                score,
                chunk_index: row.get(1)?,
                char_start: row.get(2)?,
                char_end: row.get(3)?,
            })
        },
    )
}

/// Returns an entry's chunks in text order.
pub(crate) fn list(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<EntryChunk>> {
    db.query_all(
        "SELECT chunk_index, chunk_text, char_start, char_end, token_count
         FROM entry_chunks WHERE entry_id = :entry ORDER BY chunk_index",
        named_params! { ":entry": entry.0 },
        |row| {
            Ok(EntryChunk {
                index: row.get(0)?,
                text: row.get(1)?,
                char_start: row.get(2)?,
                char_end: row.get(3)?,
                token_count: row.get(4)?,
            })
        },
    )
}
