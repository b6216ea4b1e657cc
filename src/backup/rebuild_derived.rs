//! Rebuilds derived data that a backup may omit: the full-text index and vectors.

use crate::app::state::AppState;
use crate::domain::id::{JobId, NotebookId};
use crate::error::Result;
use crate::storage::notebook::{drill_samples, full_text, jobs};

/// Rebuilds a notebook's full-text index.
pub(super) fn rebuild_index(app: &AppState, id: NotebookId) -> Result<()> {
    app.store.notebook(id)?.write(|db| {
        full_text::rebuild(db)?;
        full_text::optimize(db)
    })
}

/// Enqueues an embedding job for each entry without vectors; returns their number.
pub(super) fn enqueue_embedding_jobs(app: &AppState, id: NotebookId) -> Result<usize> {
    let at = app.now_timestamp();
    app.store.notebook(id)?.write(|db| {
        let entries = drill_samples::without_vectors(db)?;
        for &entry in &entries {
            jobs::enqueue(db, JobId::draw(app.entropy.as_ref())?, jobs::EMBED, entry, &at)?;
        }
        Ok(entries.len())
    })
}
