//! Storing of a draft together with the jobs that derive data from it.

use crate::domain::id::{EntryId, JobId};
use crate::egress::DerivedJobs;
use crate::error::Result;
use crate::services::audit::AuditRecorder;
use crate::services::ingest::entry_draft::EntryDraft;
use crate::storage::notebook::{NotebookDb, jobs};

/// Adds an entry, and enqueues the embedding job and the jobs that derive data from it.
pub(super) fn add_with_jobs(
    db: &NotebookDb<'_>,
    draft: &EntryDraft,
    (job, follow_ups): (JobId, &DerivedJobs),
    trail: &AuditRecorder,
) -> Result<EntryId> {
    let id = draft.add(db, trail)?;
    jobs::enqueue_for_new_entry(db, job, jobs::EMBED, id, trail.at())?;
    follow_ups.enqueue(db, id, trail.at())?;
    Ok(id)
}
