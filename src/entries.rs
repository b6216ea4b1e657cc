//! Entries: shown, listed, edited, deleted, counted. `raw_text` never changes; every edit keeps what was before.

mod dashboard;
mod deletion;
mod edit;
mod health;
mod originals;
mod today;
mod tokens;

use std::time::Instant;

use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

pub use dashboard::heatmap;
pub use dashboard::lengths;
pub use dashboard::writing;
pub use deletion::Announced;
pub use deletion::GOOD_FOR;
pub use deletion::announce;
pub use deletion::delete_announced;
pub use edit::Edit;
pub use edit::Edited;
pub use edit::Place;
pub use edit::Tags;
pub use edit::edit;
pub use edit::restore;
pub use health::health;
pub use originals::Content;
pub use originals::Original;
pub use originals::Originals;
pub use originals::original;
pub use originals::originals;
pub(crate) use today::earlier_years;
pub use today::today;
pub use tokens::Token;
pub use tokens::Tokens;
pub use tokens::tokens;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::ctx::HandsOut;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::between::Between;
use crate::model::day;
use crate::model::digest::Streaks;
use crate::model::entry::Chunks;
use crate::model::entry::Entry;
use crate::model::entry::Page;
use crate::model::entry::Stats;
use crate::model::entry::Version;
use crate::model::id::EntryId;
use crate::model::scope::Scope;
use crate::model::suspicion;
use crate::model::within::Within;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::chunks;
use crate::storage::notebook::entries;
use crate::storage::notebook::jobs;
use crate::storage::notebook::stats;
use crate::storage::notebook::uploads;
use crate::storage::notebook::versions;

/// Most entries a page holds.
pub const MAX_LIMIT: u32 = 200;

/// A page to list.
#[derive(Debug, Clone, clap::Args)]
pub struct List {
    /// Dates to stay within.
    #[command(flatten)]
    pub between: Between,
    /// Entries a page, 1 to 200
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
    /// Entries to skip
    #[arg(long, default_value_t = 0)]
    pub offset: u32,
}

/// Finds one of the caller's entries.
///
/// # Errors
/// `NotFound`, also for the ids of others.
pub async fn get(ctx: &Ctx, id: EntryId) -> Result<Entry> {
    ctx.read_within(Scope::EntriesRead, Read::Entry, move |db, within| found(db, id, within)).await
}

/// Refuses an entry that the caller does not have, for doors that have to say so before anything else.
///
/// # Errors
/// `NotFound`.
pub async fn check(ctx: &Ctx, id: EntryId) -> Result<()> {
    ctx.act_within(Scope::EntriesRead, move |notebook, within| notebook.read(|db| exists_within(db, id, within))).await
}

/// Returns an entry's chunks.
///
/// # Errors
/// `NotFound` with the code `entry_not_found`, or `chunks_not_backfilled` while they are still to be made.
pub async fn chunks(ctx: &Ctx, id: EntryId) -> Result<Chunks> {
    ctx.read(Scope::EntriesRead, move |db| {
        exists(db, id).map_err(|error| error.code("entry_not_found"))?;
        let chunks = chunks::all(db, id)?;
        if chunks.is_empty() {
            return Err(Error::new(Kind::NotFound, format!("the chunks of entry {id} are still to be made"))
                .code("chunks_not_backfilled")
                .hint("wait for its job to end, or run `journal job run`"));
        }
        Ok(Chunks { entry_id: id, chunks })
    })
    .await
    .inspect(|_| ctx.count(Read::Entry, 1))
}

/// Notes that a person has checked the doubtful words of an entry, and returns it.
///
/// # Errors
/// `NotFound`; `Forbidden` for a key that may not both read and write.
pub async fn verify_doubts(ctx: &Ctx, id: EntryId) -> Result<Entry> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        exists(db, id)?;
        entries::verify_doubts(db, id)?;
        trail.edited(db, id, &["doubts_verified"])?;
        found(db, id, &Within::default())
    })
    .await
}

/// Returns what an entry was before its edits, oldest first.
///
/// # Errors
/// `NotFound`.
pub async fn history(ctx: &Ctx, id: EntryId) -> Result<Vec<Version>> {
    ctx.read(Scope::EntriesRead, move |db| {
        exists(db, id)?;
        versions::all(db, id)
    })
    .await
    .inspect(|_| ctx.count(Read::Entry, 1))
}

/// Lists entries, newest date first.
///
/// # Errors
/// `Invalid` for dates that are none.
pub async fn list(ctx: &Ctx, list: List) -> Result<Page> {
    let (from, to) = list.between.checked()?;
    let limit = i64::from(list.limit.clamp(1, MAX_LIMIT));
    ctx.read_within(Scope::EntriesRead, Read::List, move |db, within| {
        let within = within.between(from.as_deref(), to.as_deref());
        timed(db, "list", || entries::list(db, &within, limit, i64::from(list.offset)))
    })
    .await
}

/// Returns the entries of a day, first written first, with how many there are of it in all.
///
/// # Errors
/// `Invalid` for what is no date.
pub async fn on_day(ctx: &Ctx, date: &str, limit: u32) -> Result<(Vec<Entry>, usize)> {
    let date = day::parse(date)?.to_string();
    let limit = usize::try_from(limit.clamp(1, MAX_LIMIT)).unwrap_or(usize::MAX);
    ctx.read_within(Scope::EntriesRead, Read::Entry, move |db, within| {
        let ids = entries::ids_by_date(db, &within.between(Some(&date), Some(&date)))?;
        let found = ids.iter().take(limit).map(|&id| found(db, id, within)).collect::<Result<_>>()?;
        Ok((found, ids.len()))
    })
    .await
}

/// Returns the date and the number of every entry, newest date first. Nothing of an entry is handed out.
///
/// # Errors
/// `Forbidden`.
pub async fn places(ctx: &Ctx) -> Result<Vec<(String, EntryId)>> {
    ctx.act_within(Scope::EntriesRead, |notebook, within| notebook.read(|db| entries::places(db, within))).await
}

/// What a deletion removed.
#[derive(Debug, Serialize)]
pub struct Deleted {
    /// Always true: a failed deletion is an error.
    pub deleted: bool,
    /// The entries.
    pub ids: Vec<EntryId>,
}

/// What a deletion leaves to be done: originals whose rows are gone.
struct Gone<T>(T, Vec<Uuid>);

impl<T> HandsOut for Gone<T> {
    fn entries(&self) -> usize {
        0
    }
}

/// Deletes entries with everything made of them: all of them, or none when one is missing.
///
/// # Errors
/// `NotFound` naming the first missing one.
pub async fn delete(ctx: &Ctx, ids: Vec<EntryId>) -> Result<Deleted> {
    let trail = Trail::of(ctx);
    let Gone(deleted, files) = ctx
        .write_within(Scope::EntriesWrite, move |db, within| {
            let mut files = Vec::new();
            for &id in &ids {
                exists_within(db, id, within)?;
                files.extend(uploads::forget_of(db, id)?);
                if !entries::remove(db, id)? {
                    return Err(missing(id));
                }
                trail.deleted(db, id)?;
            }
            Ok(Gone(Deleted { deleted: true, ids }, files))
        })
        .await?;
    ctx.remove_originals(files).await?;
    Ok(deleted)
}

/// What the deletion of a single entry removed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeletedOne {
    /// Always true: a failed deletion is an error.
    pub deleted: bool,
    /// The entry.
    pub id: EntryId,
}

/// Deletes an entry with everything made of it, unless a job is still making it. Jobs that only derive something from it,
/// its moods or whom it speaks of, go with it: whoever works on them finds that they are gone.
///
/// # Errors
/// `NotFound`, before anything is told of jobs; then `Conflict` with the jobs' ids in `job_ids`.
pub async fn delete_idle(ctx: &Ctx, id: EntryId) -> Result<DeletedOne> {
    let trail = Trail::of(ctx);
    let Gone((), files) =
        ctx.write_within(Scope::EntriesWrite, move |db, within| remove_idle(db, id, within, &trail)).await?;
    ctx.remove_originals(files).await?;
    Ok(DeletedOne { deleted: true, id })
}

/// Removes an entry that no job is still making, and returns the originals whose files are to go.
fn remove_idle(db: &NotebookDb<'_>, id: EntryId, within: &Within, trail: &Trail) -> Result<Gone<()>> {
    exists_within(db, id, within)?;
    let active = jobs::active(db, id)?;
    if !active.is_empty() {
        return Err(Error::conflict(format!("entry {id} is being worked on"))
            .code("entry_has_active_jobs")
            .about("job_ids", active)
            .hint("try again when its jobs have ended"));
    }
    let files = uploads::forget_of(db, id)?;
    entries::remove(db, id)?;
    trail.deleted(db, id)?;
    Ok(Gone((), files))
}

/// Counts entries, words and months.
///
/// # Errors
/// `Invalid` for dates that are none.
pub async fn stats(ctx: &Ctx, between: Between) -> Result<Stats> {
    let (from, to) = between.checked()?;
    let today = ctx.app.clock.today();
    ctx.read_within(Scope::EntriesRead, Read::Statistics, move |db, within| {
        let within = within.between(from.as_deref(), to.as_deref());
        timed(db, "statistics", || {
            let streaks = Streaks::of(&stats::days(db, &within)?, today);
            Ok(Stats { streaks, ..stats::totals(db, &within)? })
        })
    })
    .await
}

/// Notes how long an answer took, for the owner's view of the server's health.
fn timed<T>(db: &NotebookDb<'_>, kind: &'static str, answer: impl FnOnce() -> Result<T>) -> Result<T> {
    let begun = Instant::now();
    let answer = answer()?;
    db.memory().note(kind, begun.elapsed());
    Ok(answer)
}

fn exists(db: &NotebookDb<'_>, id: EntryId) -> Result<()> {
    if entries::exists(db, id)? { Ok(()) } else { Err(missing(id)) }
}

fn exists_within(db: &NotebookDb<'_>, id: EntryId, within: &Within) -> Result<()> {
    if entries::lies_within(db, id, within)? { Ok(()) } else { Err(missing(id)) }
}

fn found(db: &NotebookDb<'_>, id: EntryId, within: &Within) -> Result<Entry> {
    let entry = entries::find_within(db, id, within)?.ok_or_else(|| missing(id))?;
    Ok(Entry { suspicions: suspicion::places(&entry.final_text), ..entry })
}

fn missing(id: EntryId) -> Error {
    Error::not_found(format!("entry: {id}")).hint("`journal list` shows the entries there are")
}
