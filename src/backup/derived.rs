//! What a backup may leave out, since it can be made anew of what is there.

use crate::app::App;
use crate::error::Result;
use crate::model::id::JobId;
use crate::model::id::NotebookId;
use crate::storage::notebook::jobs;
use crate::storage::notebook::keyword;
use crate::storage::notebook::samples;

/// Makes a notebook's full-text index anew.
pub(super) fn index_anew(app: &App, id: NotebookId) -> Result<()> {
    app.store.notebook(id)?.write(|db| {
        keyword::rebuild(db)?;
        keyword::optimize(db)
    })
}

/// Leaves a job for every entry whose vectors are not there; returns how many.
pub(super) fn leave_jobs(app: &App, id: NotebookId) -> Result<usize> {
    let at = app.stamp();
    app.store.notebook(id)?.write(|db| {
        let entries = samples::without_vectors(db)?;
        for &entry in &entries {
            jobs::enqueue(db, JobId::draw(app.entropy.as_ref())?, jobs::EMBED, entry, &at)?;
        }
        Ok(entries.len())
    })
}
