//! Deletion of entries with all derived data: into the trash, or at once.

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
use crate::services::entries::trash_cleaner::TrashCleaner;
use crate::storage::notebook::{NotebookDb, entries, jobs, trash, uploads};

/// Destination of deleted entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletionMode {
    /// The trash, from which they can be restored for a number of days.
    Trash,
    /// None: they are destroyed at once.
    Now,
}

/// Result of deleting entries.
#[derive(Debug, Serialize, JsonSchema)]
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
pub async fn delete(ctx: &Ctx, ids: Vec<EntryId>, mode: DeletionMode) -> Result<EntryDeletionResult> {
    let deletion = EntryDeletion::new(ctx, mode);
    let WithOrphanedMedia(deleted, files) = ctx
        .write_restricted(Scope::EntriesWrite, move |db, within| {
            let mut files = Vec::new();
            for &id in &ids {
                entries::require_exists(db, id, within)?;
                files.extend(deletion.remove(db, id)?);
            }
            files.extend(deletion.cleaner.remove_due(db)?);
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
pub async fn delete_if_idle(ctx: &Ctx, id: EntryId, mode: DeletionMode) -> Result<EntryDeleteResponse> {
    let deletion = EntryDeletion::new(ctx, mode);
    let WithOrphanedMedia((), files) =
        ctx.write_restricted(Scope::EntriesWrite, move |db, within| deletion.remove_if_idle(db, id, within)).await?;
    ctx.remove_originals(files).await?;
    Ok(EntryDeleteResponse { deleted: true, id })
}

/// Deletes entries in a transaction and records it.
pub(super) struct EntryDeletion {
    mode: DeletionMode,
    trail: AuditRecorder,
    cleaner: TrashCleaner,
}

impl EntryDeletion {
    pub(super) fn new(ctx: &Ctx, mode: DeletionMode) -> Self {
        Self { mode, trail: AuditRecorder::from_ctx(ctx), cleaner: TrashCleaner::from_ctx(ctx) }
    }

    /// Removes an entry unless a job is still creating it, and returns the originals whose files remain to be removed.
    pub(super) fn remove_if_idle(
        &self,
        db: &NotebookDb<'_>,
        id: EntryId,
        within: &AccessFilter,
    ) -> Result<WithOrphanedMedia<()>> {
        entries::require_exists(db, id, within)?;
        check_idle(db, id)?;
        let mut files = self.remove(db, id)?;
        files.extend(self.cleaner.remove_due(db)?);
        Ok(WithOrphanedMedia((), files))
    }

    fn remove(&self, db: &NotebookDb<'_>, id: EntryId) -> Result<Vec<Uuid>> {
        let missing = || entries::not_found_error(id);
        match self.mode {
            DeletionMode::Trash => {
                trash::add(db, id, self.trail.at())?.ok_or_else(missing)?;
                self.trail.entry_deleted(db, id)?;
                Ok(Vec::new())
            }
            DeletionMode::Now => {
                let files = uploads::remove_by_entry(db, id)?;
                if !entries::remove(db, id)? {
                    return Err(missing());
                }
                self.trail.entry_deleted(db, id)?;
                self.trail.entry_purged(db, id)?;
                Ok(files)
            }
        }
    }
}

fn check_idle(db: &NotebookDb<'_>, id: EntryId) -> Result<()> {
    let active = jobs::list_blocking_deletion(db, id)?;
    if active.is_empty() {
        return Ok(());
    }
    Err(Error::conflict(format!("entry {id} has active jobs"))
        .code("entry_has_active_jobs")
        .with_detail("job_ids", active)
        .hint("try again when its jobs have finished"))
}
