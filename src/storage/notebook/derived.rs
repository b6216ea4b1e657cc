//! Data that can be rebuilt from the texts: vectors and the full-text index.

use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Removes vectors and full-text index; texts and chunks remain.
pub(crate) fn remove(db: &NotebookDb<'_>) -> Result<()> {
    db.execute("DELETE FROM chunk_vectors", [])?;
    db.execute("INSERT INTO entries_fts (entries_fts) VALUES ('delete-all')", [])?;
    Ok(())
}
