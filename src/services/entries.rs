//! Entry service: read, list, edit, delete and count. `raw_text` never changes; every edit keeps the previous version.

mod confirmed_delete;
mod dashboard;
mod edit;
mod health;
mod on_this_day;
mod originals;
mod tokens;

pub use confirmed_delete::{CONFIRMATION_TTL, PendingDeletion, confirm_deletion, prepare_deletion};
pub use dashboard::{heatmap, length_distribution, writing_statistics};
pub use edit::{CharOffset, EntryEdit, EntryEditResponse, TagEdit, edit, restore};
pub use health::health;
pub(crate) use on_this_day::earlier_years;
pub use on_this_day::today;
pub use originals::{OriginalFile, OriginalListResponse, OriginalReader, original, originals};
pub use tokens::{TextToken, TokenListResponse, tokens};

use std::time::Instant;

use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::app::context::Ctx;
use crate::app::restricted_access::CountsEntries;
use crate::domain::access_filter::AccessFilter;
use crate::domain::activity::ReadKind;
use crate::domain::date_range::DateRange;
use crate::domain::entry::{Entry, EntryChunkList, EntryPage, EntryVersion, NotebookStats};
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::domain::writing_streaks::WritingStreaks;
use crate::domain::{entry_date, prompt_injection};
use crate::error::{Error, ErrorKind, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::notebook::{NotebookDb, chunks, entries, jobs, stats, uploads, versions};

/// Default page size.
pub const DEFAULT_LIMIT: i64 = 20;
/// Maximum page size. The contract of the MCP tool has a lower one.
pub const MAX_LIMIT: i64 = 100;

/// Query for one page of entries.
#[derive(Debug, Clone, clap::Args)]
pub struct EntryListQuery {
    /// Date range of the entries.
    #[command(flatten)]
    pub between: DateRange,
    /// Entries per page, 1 to 100
    #[arg(long, default_value_t = DEFAULT_LIMIT)]
    pub limit: i64,
    /// Entries to skip
    #[arg(long, default_value_t = 0)]
    pub offset: i64,
}

/// Returns one of the caller's entries.
///
/// # Errors
/// `NotFound`, also for entries of other users.
pub async fn get(ctx: &Ctx, id: EntryId) -> Result<Entry> {
    ctx.read_restricted(Scope::EntriesRead, ReadKind::Entry, move |db, within| find_or_not_found(db, id, within)).await
}

/// Checks that the caller can read an entry, for interfaces that must report this first.
///
/// # Errors
/// `NotFound`.
pub async fn ensure_readable(ctx: &Ctx, id: EntryId) -> Result<()> {
    ctx.with_notebook_restricted(Scope::EntriesRead, move |notebook, within| {
        notebook.read(|db| ensure_exists_within(db, id, within))
    })
    .await
}

/// Returns an entry's chunks.
///
/// # Errors
/// `NotFound` with the code `entry_not_found`, or `chunks_not_backfilled` while the embedding job is pending.
pub async fn chunks(ctx: &Ctx, id: EntryId) -> Result<EntryChunkList> {
    ctx.read(Scope::EntriesRead, move |db| {
        ensure_exists(db, id).map_err(|error| error.code("entry_not_found"))?;
        let chunks = chunks::list(db, id)?;
        if chunks.is_empty() {
            return Err(Error::new(ErrorKind::NotFound, format!("entry {id} has no chunks yet"))
                .code("chunks_not_backfilled")
                .hint("wait for its job to finish, or run `journal job run`"));
        }
        Ok(EntryChunkList { entry_id: id, chunks })
    })
    .await
    .inspect(|_| ctx.record_read(ReadKind::Entry, 1))
}

/// Marks the uncertain spans of an entry as verified by a person, and returns the entry.
///
/// # Errors
/// `NotFound`; `Forbidden` for a key without both the read and the write scope.
pub async fn mark_spans_verified(ctx: &Ctx, id: EntryId) -> Result<Entry> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        ensure_exists(db, id)?;
        entries::verify_doubts(db, id)?;
        trail.entry_edited(db, id, &["doubts_verified"])?;
        find_or_not_found(db, id, &AccessFilter::default())
    })
    .await
}

/// Returns the earlier versions of an entry, oldest first.
///
/// # Errors
/// `NotFound`.
pub async fn history(ctx: &Ctx, id: EntryId) -> Result<Vec<EntryVersion>> {
    ctx.read(Scope::EntriesRead, move |db| {
        ensure_exists(db, id)?;
        versions::list(db, id)
    })
    .await
    .inspect(|_| ctx.record_read(ReadKind::Entry, 1))
}

/// Lists entries, newest date first.
///
/// # Errors
/// `Invalid` for malformed dates.
pub async fn list(ctx: &Ctx, list: EntryListQuery) -> Result<EntryPage> {
    let (from, to) = list.between.validate()?;
    let (limit, offset) = (list.limit.clamp(1, MAX_LIMIT), list.offset.max(0));
    ctx.read_restricted(Scope::EntriesRead, ReadKind::List, move |db, within| {
        let within = within.narrowed_to_dates(from.as_deref(), to.as_deref());
        record_duration(db, "list", || entries::list(db, &within, limit, offset))
    })
    .await
}

/// Returns the entries of a day in the order they were written, and their total number.
///
/// # Errors
/// `Invalid` for a malformed date.
pub async fn on_day(ctx: &Ctx, date: &str, limit: usize) -> Result<(Vec<Entry>, usize)> {
    let date = entry_date::parse(date)?.to_string();
    ctx.read_restricted(Scope::EntriesRead, ReadKind::Entry, move |db, within| {
        let ids = entries::ids_by_date(db, &within.narrowed_to_dates(Some(&date), Some(&date)))?;
        let found = ids.iter().take(limit).map(|&id| find_or_not_found(db, id, within)).collect::<Result<_>>()?;
        Ok((found, ids.len()))
    })
    .await
}

/// Returns date and id of every entry, newest date first; no entry content.
///
/// # Errors
/// `Forbidden`.
pub async fn dates_and_ids(ctx: &Ctx) -> Result<Vec<(String, EntryId)>> {
    ctx.with_notebook_restricted(Scope::EntriesRead, |notebook, within| {
        notebook.read(|db| entries::dates_and_ids(db, within))
    })
    .await
}

/// Result of deleting entries.
#[derive(Debug, Serialize)]
pub struct EntryDeletionResult {
    /// Always true: a failed deletion is an error.
    pub deleted: bool,
    /// Ids of the deleted entries.
    pub ids: Vec<EntryId>,
}

/// A deletion's result with the originals whose files remain to be removed.
struct WithOrphanedMedia<T>(T, Vec<Uuid>);

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
                ensure_exists_within(db, id, within)?;
                files.extend(uploads::remove_by_entry(db, id)?);
                if !entries::remove(db, id)? {
                    return Err(entry_not_found(id));
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
fn remove_if_idle(
    db: &NotebookDb<'_>,
    id: EntryId,
    within: &AccessFilter,
    trail: &AuditRecorder,
) -> Result<WithOrphanedMedia<()>> {
    ensure_exists_within(db, id, within)?;
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

/// Returns totals of entries, words and months.
///
/// # Errors
/// `Invalid` for malformed dates.
pub async fn stats(ctx: &Ctx, between: DateRange) -> Result<NotebookStats> {
    let (from, to) = between.validate()?;
    let today = ctx.app.clock.today();
    ctx.read_restricted(Scope::EntriesRead, ReadKind::Statistics, move |db, within| {
        let within = within.narrowed_to_dates(from.as_deref(), to.as_deref());
        record_duration(db, "statistics", || {
            let streaks = WritingStreaks::from_days(&stats::list_days(db, &within)?, today);
            Ok(NotebookStats { streaks, ..stats::entry_totals(db, &within)? })
        })
    })
    .await
}

/// Records the duration of a query for the owner's health report.
fn record_duration<T>(db: &NotebookDb<'_>, kind: &'static str, answer: impl FnOnce() -> Result<T>) -> Result<T> {
    let begun = Instant::now();
    let answer = answer()?;
    db.memory().record_timing(kind, begun.elapsed());
    Ok(answer)
}

fn ensure_exists(db: &NotebookDb<'_>, id: EntryId) -> Result<()> {
    if entries::exists(db, id)? { Ok(()) } else { Err(entry_not_found(id)) }
}

fn ensure_exists_within(db: &NotebookDb<'_>, id: EntryId, within: &AccessFilter) -> Result<()> {
    if entries::exists_within(db, id, within)? { Ok(()) } else { Err(entry_not_found(id)) }
}

fn find_or_not_found(db: &NotebookDb<'_>, id: EntryId, within: &AccessFilter) -> Result<Entry> {
    let entry = entries::find_within(db, id, within)?.ok_or_else(|| entry_not_found(id))?;
    Ok(Entry { suspicions: prompt_injection::find_injections(&entry.final_text), ..entry })
}

fn entry_not_found(id: EntryId) -> Error {
    Error::not_found(format!("entry: {id}")).hint("`journal list` shows the entries there are")
}
