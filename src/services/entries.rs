//! Entry service: read, list, edit, delete and count. `raw_text` never changes; every edit keeps the previous version.

mod check_edit;
mod confirmation_token;
mod confirmed_delete;
mod dashboard;
mod delete;
mod edit;
mod health;
mod on_this_day;
mod originals;
mod query_timing;
mod tags;
mod tokens;
mod trash;
mod trash_cleaner;

pub use check_edit::check_edit;
pub use confirmation_token::CONFIRMATION_TTL;
pub use confirmed_delete::{
    PendingDeletion, PendingDestruction, confirm_deletion, confirm_emptying, prepare_deletion, prepare_emptying,
};
pub use dashboard::{heatmap, length_distribution, writing_statistics};
pub use delete::{DeletionMode, EntryDeleteResponse, EntryDeletionResult, delete, delete_if_idle};
pub use edit::{CharOffset, EntryEdit, EntryEditResponse, TagEdit, edit, restore};
pub use health::health;
pub(crate) use on_this_day::earlier_years;
pub use on_this_day::today;
pub use originals::{OriginalFile, OriginalListResponse, OriginalReader, original, originals};
pub use tags::{TagRename, TagRenameResponse, list_tags, rename_tag};
pub use tokens::{TextToken, TokenListResponse, tokens};
pub use trash::{
    DEFAULT_TRASH_LIMIT, MAX_TRASH_LIMIT, empty_trash, list_trash, purge_due_trash, restore_from_trash, select_trashed,
};

use crate::app::context::Ctx;
use crate::domain::access_filter::AccessFilter;
use crate::domain::activity::ReadKind;
use crate::domain::date_range::DateRange;
use crate::domain::entry::{Entry, EntryChunkList, EntryPage, EntryVersion, NotebookStats};
use crate::domain::entry_date;
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::domain::tag::TagFilter;
use crate::domain::writing_streaks::WritingStreaks;
use crate::error::{Error, ErrorKind, Result};
use crate::services::audit::AuditRecorder;
use crate::services::entries::query_timing::record_duration;
use crate::storage::notebook::{chunks, entries, entry_list, stats, versions};

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
    /// Tags of the entries.
    #[command(flatten)]
    pub tagged: TagFilter,
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
    ctx.read_restricted(Scope::EntriesRead, ReadKind::Entry, move |db, within| entries::require_entry(db, id, within))
        .await
}

/// Checks that the caller can read an entry, for interfaces that must report this first.
///
/// # Errors
/// `NotFound`.
pub async fn ensure_readable(ctx: &Ctx, id: EntryId) -> Result<()> {
    ctx.with_notebook_restricted(Scope::EntriesRead, move |notebook, within| {
        notebook.read(|db| entries::require_exists(db, id, within))
    })
    .await
}

/// Returns an entry's chunks.
///
/// # Errors
/// `NotFound` with the code `entry_not_found`, or `chunks_not_backfilled` while the embedding job is pending.
pub async fn chunks(ctx: &Ctx, id: EntryId) -> Result<EntryChunkList> {
    ctx.read(Scope::EntriesRead, move |db| {
        entries::require_exists(db, id, &AccessFilter::default()).map_err(|error| error.code("entry_not_found"))?;
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
        entries::require_exists(db, id, &AccessFilter::default())?;
        entries::verify_doubts(db, id)?;
        trail.entry_edited(db, id, &["doubts_verified"])?;
        entries::require_entry(db, id, &AccessFilter::default())
    })
    .await
}

/// Returns the earlier versions of an entry, oldest first.
///
/// # Errors
/// `NotFound`.
pub async fn history(ctx: &Ctx, id: EntryId) -> Result<Vec<EntryVersion>> {
    ctx.read(Scope::EntriesRead, move |db| {
        entries::require_exists(db, id, &AccessFilter::default())?;
        versions::list(db, id)
    })
    .await
    .inspect(|_| ctx.record_read(ReadKind::Entry, 1))
}

/// Lists entries, newest date first.
///
/// # Errors
/// `Invalid` for malformed dates and tags.
pub async fn list(ctx: &Ctx, list: EntryListQuery) -> Result<EntryPage> {
    let (from, to) = list.between.validate()?;
    let tagged = list.tagged.validate()?;
    let (limit, offset) = (list.limit.clamp(1, MAX_LIMIT), list.offset.max(0));
    ctx.read_restricted(Scope::EntriesRead, ReadKind::List, move |db, within| {
        let within = within.narrowed_to_dates(from.as_deref(), to.as_deref()).narrowed_to_tags(&tagged);
        record_duration(db, "list", || entry_list::list(db, &within, limit, offset))
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
        let found = ids.iter().take(limit).map(|&id| entries::require_entry(db, id, within)).collect::<Result<_>>()?;
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

/// Returns totals of entries, words and months.
///
/// # Errors
/// `Invalid` for malformed dates and tags.
pub async fn stats(ctx: &Ctx, between: DateRange, tagged: &TagFilter) -> Result<NotebookStats> {
    let (from, to) = between.validate()?;
    let tagged = tagged.validate()?;
    let today = ctx.today();
    ctx.read_restricted(Scope::EntriesRead, ReadKind::Statistics, move |db, within| {
        let within = within.narrowed_to_dates(from.as_deref(), to.as_deref()).narrowed_to_tags(&tagged);
        record_duration(db, "statistics", || {
            let streaks = WritingStreaks::from_days(&stats::list_days(db, &within)?, today);
            Ok(NotebookStats { streaks, ..stats::entry_totals(db, &within)? })
        })
    })
    .await
}
