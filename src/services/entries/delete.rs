//! Deletion of entries with all derived data.

use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::app::context::Ctx;
use crate::app::restricted_access::CountsEntries;
use crate::domain::access_filter::AccessFilter;
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::notebook::{NotebookDb, entries, jobs, uploads};

/// Result of deleting entries.
#[derive(Debug, Serialize)]
pub struct EntryDeletionResult {
    /// Always true: a failed deletion is an error.
    pub deleted: bool,
    /// Ids of the deleted entries.
    pub ids: Vec<EntryId>,
}

/// A deletion's result with the originals whose files remain to be removed.
pub(super) struct WithOrphanedMedia<T>(pub(super) T, pub(super) Vec<Uuid>);

impl<T> CountsEntries for WithOrphanedMedia<T> {
    fn entries(&self) -> usize {
        0
    }
}

/// Deletes entries with all derived data: all of them, or none if one is missing.
///
/// # Errors
/// `NotFound` naming the first missing one.
pub async fn delete(ctx: &Ctx, ids: Vec<EntryId>) -> Result<EntryDeletionResult> {
    let trail = AuditRecorder::from_ctx(ctx);
    let WithOrphanedMedia(deleted, files) = ctx
        .write_restricted(Scope::EntriesWrite, move |db, within| {
            let mut files = Vec::new();
            for &id in &ids {
                entries::require_exists(db, id, within)?;
                files.extend(uploads::remove_by_entry(db, id)?);
                if !entries::remove(db, id)? {
                    return Err(entries::not_found_error(id));
                }
                trail.entry_deleted(db, id)?;
            }
            Ok(WithOrphanedMedia(EntryDeletionResult { deleted: true, ids }, files))
        })
        .await?;
    ctx.remove_originals(files).await?;
    Ok(deleted)
}

/// Result of deleting a single entry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EntryDeleteResponse {
    /// Always true: a failed deletion is an error.
    pub deleted: bool,
    /// Id of the deleted entry.
    pub id: EntryId,
}

/// Deletes an entry with all derived data, unless a job is still creating it. Jobs that only derive data from it, such
/// as moods and entities, are deleted with it; their workers find them missing.
///
/// # Errors
/// `NotFound`, checked first; then `Conflict` with the jobs' ids in `job_ids`.
pub async fn delete_if_idle(ctx: &Ctx, id: EntryId) -> Result<EntryDeleteResponse> {
    let trail = AuditRecorder::from_ctx(ctx);
    let WithOrphanedMedia((), files) =
        ctx.write_restricted(Scope::EntriesWrite, move |db, within| remove_if_idle(db, id, within, &trail)).await?;
    ctx.remove_originals(files).await?;
    Ok(EntryDeleteResponse { deleted: true, id })
}

/// Removes an entry unless a job is still creating it, and returns the originals whose files remain to be removed.
pub(super) fn remove_if_idle(
    db: &NotebookDb<'_>,
    id: EntryId,
    within: &AccessFilter,
    trail: &AuditRecorder,
) -> Result<WithOrphanedMedia<()>> {
    entries::require_exists(db, id, within)?;
    let active = jobs::list_blocking_deletion(db, id)?;
    if !active.is_empty() {
        return Err(Error::conflict(format!("entry {id} has active jobs"))
            .code("entry_has_active_jobs")
            .with_detail("job_ids", active)
            .hint("try again when its jobs have finished"));
    }
    let files = uploads::remove_by_entry(db, id)?;
    entries::remove(db, id)?;
    trail.entry_deleted(db, id)?;
    Ok(WithOrphanedMedia((), files))
}
