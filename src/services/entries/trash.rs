//! Trash: lists, restores and destroys deleted entries. A key that is limited to a part of the journal can add to the
//! trash, but can neither read nor empty it.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::app::context::Ctx;
use crate::clock;
use crate::domain::activity::ReadKind;
use crate::domain::id::{EntryId, JobId};
use crate::domain::scope::Scope;
use crate::domain::trash::{RestoredEntry, TrashPage, TrashedEntry};
use crate::error::Result;
use crate::services::audit::AuditRecorder;
use crate::services::entries::delete::EntryDeletionResult;
use crate::services::entries::trash_cleaner::{TrashCleaner, days, destroy};
use crate::storage::notebook::{NotebookDb, entries, jobs, trash};

/// Default page size of the trash.
pub const DEFAULT_TRASH_LIMIT: i64 = 50;
/// Maximum page size of the trash.
pub const MAX_TRASH_LIMIT: i64 = 200;

/// Returns a page of the trash, newest deletion first.
///
/// # Errors
/// `Forbidden`, also for a key that is limited to a part of the journal.
pub async fn list_trash(ctx: &Ctx, limit: i64, offset: i64) -> Result<TrashPage> {
    let (limit, offset, keep_days) = (limit.clamp(1, MAX_TRASH_LIMIT), offset.max(0), ctx.app.config.trash_days);
    let page = ctx.read(Scope::EntriesRead, move |db| {
        let items = trash::list(db, limit, offset)?.into_iter().map(|item| with_due_date(item, keep_days));
        Ok(TrashPage { items: items.collect(), total: trash::count(db)?, limit, offset, keep_days })
    });
    page.await.inspect(|page| ctx.record_read(ReadKind::List, page.items.len()))
}

fn with_due_date(item: TrashedEntry, keep_days: u32) -> TrashedEntry {
    let due = item.deleted_at.parse::<Timestamp>().ok().and_then(|at| at.checked_add(days(keep_days)).ok());
    let destroyed_from = due.map_or_else(|| item.deleted_at.clone(), clock::format_timestamp);
    TrashedEntry { destroyed_from, ..item }
}

/// Returns the given entries of the trash, or all without `ids`, newest deletion first.
///
/// # Errors
/// `NotFound` naming the first that is not in the trash; `Forbidden` as [`list_trash`].
pub async fn select_trashed(ctx: &Ctx, ids: Option<Vec<EntryId>>) -> Result<Vec<TrashedEntry>> {
    let keep_days = ctx.app.config.trash_days;
    let found = ctx.read(Scope::EntriesRead, move |db| find_selected(db, ids.as_deref())).await?;
    ctx.record_read(ReadKind::List, found.len());
    Ok(found.into_iter().map(|item| with_due_date(item, keep_days)).collect())
}

/// Finds the given entries of the trash, or all, newest deletion first.
pub(super) fn find_selected(db: &NotebookDb<'_>, ids: Option<&[EntryId]>) -> Result<Vec<TrashedEntry>> {
    let mut found = trash::list(db, i64::MAX, 0)?;
    if let Some(ids) = ids {
        let known: HashSet<EntryId> = found.iter().map(|item| item.id).collect();
        if let Some(missing) = ids.iter().find(|id| !known.contains(id)) {
            return Err(trash::not_found_error(*missing));
        }
        let wanted: HashSet<&EntryId> = ids.iter().collect();
        found.retain(|item| wanted.contains(&item.id));
    }
    Ok(found)
}

/// Restores deleted entries with everything that belongs to them: all of them, or none if one is missing. Jobs embed
/// them again. The result is in the order of the ids.
///
/// # Errors
/// `NotFound` naming the first that is not in the trash; `Forbidden` as [`list_trash`].
pub async fn restore_from_trash(ctx: &Ctx, ids: Vec<EntryId>) -> Result<Vec<RestoredEntry>> {
    let (trail, app) = (AuditRecorder::from_ctx(ctx), ctx.app.clone());
    let restored = ctx
        .write(Scope::EntriesWrite, move |db| {
            let mut restored = Vec::with_capacity(ids.len());
            // The newest deletion first: entities that several entries share come back in the reverse order.
            for TrashedEntry { id, .. } in find_selected(db, Some(&ids))? {
                let entry = trash::restore(db, id)?;
                if entries::find_job_text(db, entry.id)?.is_some_and(|text| text.date_confirmed) {
                    let job = JobId::draw(app.entropy.as_ref())?;
                    jobs::enqueue_for_new_entry(db, job, jobs::EMBED, entry.id, trail.at())?;
                }
                trail.entry_restored(db, entry.id)?;
                restored.push(entry);
            }
            restored.sort_unstable_by_key(|entry| entry.trash_id);
            Ok(restored)
        })
        .await?;
    ctx.wake_worker();
    Ok(restored)
}

/// Destroys the given entries of the trash, or all without `ids`: all of them, or none if one is missing.
///
/// # Errors
/// `NotFound` naming the first that is not in the trash; `Forbidden` as [`list_trash`].
pub async fn empty_trash(ctx: &Ctx, ids: Option<Vec<EntryId>>) -> Result<EntryDeletionResult> {
    let trail = AuditRecorder::from_ctx(ctx);
    let (ids, files) = ctx
        .write(Scope::EntriesWrite, move |db| {
            let ids = match ids {
                Some(ids) => ids,
                None => trash::list_ids(db)?,
            };
            let files = destroy(db, &ids, &trail)?;
            Ok((ids, files))
        })
        .await?;
    ctx.remove_originals(files).await?;
    Ok(EntryDeletionResult { deleted: true, ids })
}

/// Destroys the entries whose days in the trash have passed; returns their number.
///
/// # Errors
/// Only disk and database errors.
pub async fn purge_due_trash(ctx: &Ctx) -> Result<usize> {
    // The server's permissions: `journal job run` purges for a limited key too, and returns nothing of the trash.
    let (cleaner, server) = (TrashCleaner::from_ctx(ctx), ctx.as_system());
    let work = server.with_notebook(Scope::EntriesWrite, move |notebook| {
        // Usually there is none; the read avoids a write transaction.
        let due = notebook.read(|db| cleaner.count_due(db))?;
        let files = if due > 0 { notebook.write(|db| cleaner.remove_due(db))? } else { Vec::new() };
        Ok((due, files))
    });
    let (count, files) = work.await?;
    ctx.remove_originals(files).await?;
    Ok(count)
}
