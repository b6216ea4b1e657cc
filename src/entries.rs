//! Entries: shown, listed, edited, deleted, counted. `raw_text` never changes; every edit keeps what was before.

use serde::Serialize;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::between::Between;
use crate::model::day;
use crate::model::entry::Entry;
use crate::model::entry::Page;
use crate::model::entry::Stats;
use crate::model::entry::Version;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::model::text;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::chunks;
use crate::storage::notebook::entries;
use crate::storage::notebook::jobs;
use crate::storage::notebook::stats;
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

/// What to change of an entry; at least one field.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// New text.
    pub text: Option<String>,
    /// New date, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// New title; an empty one removes it.
    pub title: Option<String>,
}

/// Finds one of the caller's entries.
///
/// # Errors
/// `NotFound`, also for the ids of others.
pub async fn get(ctx: &Ctx, id: EntryId) -> Result<Entry> {
    ctx.read(Scope::EntriesRead, move |db| found(db, id)).await.inspect(|_| ctx.count(Read::Entry, 1))
}

/// Returns what an entry was before its edits, oldest first.
///
/// # Errors
/// `NotFound`.
pub async fn history(ctx: &Ctx, id: EntryId) -> Result<Vec<Version>> {
    ctx.read(Scope::EntriesRead, move |db| {
        found(db, id)?;
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
    ctx.read(Scope::EntriesRead, move |db| {
        entries::list(db, from.as_deref(), to.as_deref(), limit, i64::from(list.offset))
    })
    .await
    .inspect(|page| ctx.count(Read::List, page.items.len()))
}

/// Changes an entry and returns it as stored. What it was before is kept.
///
/// New text is found by word at once; its vectors follow as a job of the same transaction.
///
/// # Errors
/// `Invalid` for an empty text, a date out of bounds or nothing to change; `NotFound`; `Forbidden` for a
/// key that may not both read and write.
pub async fn edit(ctx: &Ctx, id: EntryId, edit: Edit) -> Result<Entry> {
    // What is returned is the whole entry, so a key that may only write does not get this far.
    ctx.caller.authorize(Scope::EntriesRead)?;
    let date = match &edit.date {
        Some(date) => Some(ctx.app.bounds().check(day::parse(date)?)?.to_string()),
        None => None,
    };
    let text = match &edit.text {
        Some(text) => Some(text::checked(text)?.to_owned()),
        None => None,
    };
    if date.is_none() && text.is_none() && edit.title.is_none() {
        return Err(Error::invalid("there is nothing to change").hint("give a new text, date or title"));
    }
    let title = edit.title.as_deref().map(text::title);
    let (trail, job) = (Trail::of(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    ctx.write(Scope::EntriesWrite, move |db| {
        let before = found(db, id)?;
        let change = entries::Change {
            entry_date: date.as_deref().filter(|date| *date != before.entry_date || !before.date_confirmed),
            title: title.as_ref().map(Option::as_deref).filter(|title| *title != before.title.as_deref()),
            final_text: text.as_deref().filter(|text| *text != before.final_text),
        };
        apply(db, &before, &change, job, &trail)
    })
    .await
}

/// Makes an earlier version the present one again; the present one is kept as a version too.
///
/// # Errors
/// `NotFound` for the entry or the version.
pub async fn restore(ctx: &Ctx, id: EntryId, version: i64) -> Result<Entry> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let (trail, job) = (Trail::of(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    ctx.write(Scope::EntriesWrite, move |db| {
        let before = found(db, id)?;
        let wanted = versions::find(db, id, version)?.ok_or_else(|| {
            Error::not_found("version").hint(format!("`journal show {id} --history` lists the versions"))
        })?;
        let change = entries::Change {
            entry_date: Some(wanted.entry_date.as_str()).filter(|date| *date != before.entry_date),
            title: Some(wanted.title.as_deref()).filter(|title| *title != before.title.as_deref()),
            final_text: Some(wanted.final_text.as_str()).filter(|text| *text != before.final_text),
        };
        apply(db, &before, &change, job, &trail)
    })
    .await
}

/// What a deletion removed.
#[derive(Debug, Serialize)]
pub struct Deleted {
    /// Always true: a failed deletion is an error.
    pub deleted: bool,
    /// The entries.
    pub ids: Vec<EntryId>,
}

/// Deletes entries with everything made of them: all of them, or none when one is missing.
///
/// # Errors
/// `NotFound` naming the first missing one.
pub async fn delete(ctx: &Ctx, ids: Vec<EntryId>) -> Result<Deleted> {
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        for &id in &ids {
            if !entries::remove(db, id)? {
                return Err(missing(id));
            }
            trail.deleted(db, id)?;
        }
        Ok(Deleted { deleted: true, ids })
    })
    .await
}

/// Counts entries, words and months.
///
/// # Errors
/// `Invalid` for dates that are none.
pub async fn stats(ctx: &Ctx, between: Between) -> Result<Stats> {
    let (from, to) = between.checked()?;
    ctx.read(Scope::EntriesRead, move |db| stats::totals(db, from.as_deref(), to.as_deref())).await
}

fn apply(
    db: &NotebookDb<'_>,
    before: &Entry,
    change: &entries::Change<'_>,
    job: JobId,
    trail: &Trail,
) -> Result<Entry> {
    let (id, at) = (before.id, trail.at());
    if change.entry_date.is_none() && change.title.is_none() && change.final_text.is_none() {
        return found(db, id);
    }
    versions::keep(db, id, at)?;
    entries::change(db, id, change, at)?;
    trail.edited(db, id, &change.fields())?;
    if change.final_text.is_some() {
        chunks::clear(db, id)?;
    }
    // The date is part of nothing that was embedded, so only new text needs new vectors, and
    // an entry that had none because its date was in doubt.
    let released = change.entry_date.is_some() && !before.date_confirmed;
    if change.final_text.is_some() || released {
        jobs::enqueue(db, job, jobs::EMBED, id, at)?;
    }
    found(db, id)
}

fn found(db: &NotebookDb<'_>, id: EntryId) -> Result<Entry> {
    entries::find(db, id)?.ok_or_else(|| missing(id))
}

fn missing(id: EntryId) -> Error {
    Error::not_found(format!("entry: {id}")).hint("`journal list` shows the entries there are")
}
