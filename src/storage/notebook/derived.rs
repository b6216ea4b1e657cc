//! What can be made anew from the texts: vectors and the full-text index.

use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Removes it all; the texts and their pieces stay.
pub(crate) fn remove(db: &NotebookDb<'_>) -> Result<()> {
    db.run("DELETE FROM chunk_vectors", [])?;
    db.run("INSERT INTO entries_fts (entries_fts) VALUES ('delete-all')", [])?;
    Ok(())
}
