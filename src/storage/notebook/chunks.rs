//! Rows of chunks with their vectors.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::entry::Chunk;
use crate::model::hit::MatchingChunk;
use crate::model::id::EntryId;
use crate::storage::notebook::NotebookDb;
use crate::storage::vector_index::Quantised;

/// A chunk and its vector, ready to be stored.
pub(crate) struct NewChunk {
    pub(crate) text: String,
    pub(crate) char_start: usize,
    pub(crate) char_end: usize,
    pub(crate) token_count: usize,
    pub(crate) vector: Quantised,
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
        db.run(
            "INSERT INTO chunk_vectors (chunk_id, entry_id, embedder, scale, components)
             VALUES (:chunk, :entry, :embedder, :scale, :components)",
            named_params! {
                ":chunk": id, ":entry": entry.0, ":embedder": embedder,
                ":scale": f64::from(chunk.vector.scale), ":components": components,
            },
        )?;
    }
    db.run(
        "UPDATE entries SET chunk_count = :count WHERE id = :entry",
        named_params! { ":entry": entry.0, ":count": chunks.len() },
    )
    .map(drop)
}

/// Removes an entry's chunks and vectors: its text is another one now.
pub(crate) fn clear(db: &NotebookDb<'_>, entry: EntryId) -> Result<()> {
    db.run("DELETE FROM entry_chunks WHERE entry_id = :entry", named_params! { ":entry": entry.0 })?;
    db.run(
        "UPDATE entries SET chunk_count = 0 WHERE id = :entry AND chunk_count <> 0",
        named_params! { ":entry": entry.0 },
    )
    .map(drop)
}

/// Finds a chunk as a search shows it.
pub(crate) fn matching(db: &NotebookDb<'_>, chunk_id: i64, score: f64) -> Result<Option<MatchingChunk>> {
    db.first(
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

/// Returns an entry's chunks in the order of its text.
pub(crate) fn all(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<Chunk>> {
    db.all(
        "SELECT chunk_index, chunk_text, char_start, char_end, token_count
         FROM entry_chunks WHERE entry_id = :entry ORDER BY chunk_index",
        named_params! { ":entry": entry.0 },
        |row| {
            Ok(Chunk {
                index: row.get(0)?,
                text: row.get(1)?,
                char_start: row.get(2)?,
                char_end: row.get(3)?,
                token_count: row.get(4)?,
            })
        },
    )
}
