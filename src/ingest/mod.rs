//! Text comes in: typed, from files, from folders. What was stored is durable before it is reported.

mod asking;
pub mod dates;
mod dating;
pub mod decoder;
pub(crate) mod draft;
pub mod folder;
mod formatter;
pub mod front_matter;
mod heading;
mod markers;
pub(crate) mod photos;
mod reading;
pub(crate) mod recordings;
mod repair;
mod spans;
pub mod uploads;
pub mod urls;

use jiff::civil::Date;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::egress::FollowUps;
use crate::error::Error;
use crate::error::Result;
use crate::ingest::dates::decide;
pub(crate) use crate::ingest::draft::Bringer;
pub(crate) use crate::ingest::draft::Draft;
pub(crate) use crate::ingest::draft::File;
pub(crate) use crate::ingest::markers::without_markers;
use crate::model::day;
use crate::model::entry::Entry;
use crate::model::entry::SourceType;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::model::text;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entries;
use crate::storage::notebook::jobs;

/// Code points kept of a file's name.
const MAX_LABEL: usize = 255;

/// A file as it came in.
#[derive(Debug)]
pub struct Incoming {
    /// File name with its ending, or `-` for standard input; kept as a label.
    pub name: String,
    /// The bytes, at most [`text::MAX_TEXT`].
    pub bytes: Vec<u8>,
}

/// What became of one file.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// A new entry.
    Stored {
        /// Its number.
        id: EntryId,
        /// The date that was decided on.
        entry_date: String,
        /// Words of the final text.
        word_count: i64,
    },
    /// The notebook has an entry from a file with the same bytes.
    AlreadyThere {
        /// That entry.
        id: EntryId,
    },
    /// The file is not an entry; nothing of it was stored.
    Refused {
        /// Why.
        message: String,
        /// What to do.
        hint: Option<String>,
        /// The error, for its exit code.
        #[serde(skip)]
        error: Error,
    },
}

/// A typed text to store.
#[derive(Debug, Clone)]
pub struct Typed {
    /// The text.
    pub text: String,
    /// `YYYY-MM-DD`; today without one.
    pub date: Option<String>,
    /// Where it came from.
    pub source: SourceType,
}

/// Stores a typed text and returns the entry; its chunks and vectors are left to a job.
///
/// The date is the one given, otherwise today: what a person types is not searched for dates.
///
/// # Errors
/// `Invalid` for an empty or endless text, or a date out of bounds.
pub async fn write(ctx: &Ctx, text: &str, date: Option<&str>) -> Result<Entry> {
    let typed = Typed { text: text.to_owned(), date: date.map(str::to_owned), source: SourceType::TextEntry };
    let draft = draft(ctx, &typed)?;
    let (trail, job) = (Trail::of(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let follow_ups = FollowUps::now(ctx).await?;
    let entry = ctx
        .act_within(Scope::Ingest, move |notebook, _| {
            notebook.write(|db| {
                let id = draft.add(db, &trail)?;
                jobs::enqueue_first(db, job, jobs::EMBED, id, trail.at())?;
                follow_ups.leave(db, id, trail.at())?;
                entries::find(db, id)?.ok_or_else(|| Error::not_found("entry"))
            })
        })
        .await?;
    ctx.left_work();
    Ok(entry)
}

/// Stores files, each as an entry, in one transaction; a bad file is reported and the others are stored.
///
/// A file whose bytes the notebook already has is left alone.
///
/// # Errors
/// `Invalid` when `date` is none. What is wrong with a single file is its [`Outcome`].
pub async fn files(ctx: &Ctx, incoming: Vec<Incoming>, date: Option<&str>) -> Result<Vec<Outcome>> {
    ctx.caller.authorize(Scope::Ingest)?;
    let date = parsed(date)?;
    let mut prepared = Vec::with_capacity(incoming.len());
    for file in &incoming {
        let job = JobId::draw(ctx.app.entropy.as_ref())?;
        let dates = Dates { stated: date, otherwise: None };
        prepared.push(prepare(ctx, file, dates).map(|text| (text, job)));
    }
    let (trail, follow_ups) = (Trail::of(ctx), FollowUps::now(ctx).await?);
    let outcomes = ctx
        .act_within(Scope::Ingest, move |notebook, _| {
            notebook.write(|db| {
                let mut outcomes = Vec::with_capacity(prepared.len());
                for file in prepared {
                    outcomes.push(match file {
                        Ok((text, job)) => store(db, &text, (job, &follow_ups), &trail)?,
                        Err(error) => refused(error),
                    });
                }
                Ok(outcomes)
            })
        })
        .await?;
    ctx.left_work();
    Ok(outcomes)
}

/// Turns what is wrong with a file into its outcome.
#[must_use]
pub fn refused(error: Error) -> Outcome {
    Outcome::Refused { message: error.to_string(), hint: error.next_step().map(str::to_owned), error }
}

/// Refuses a file that is too large before it is read.
///
/// # Errors
/// `Invalid`.
pub fn check_size(bytes: u64) -> Result<()> {
    if bytes > text::MAX_TEXT as u64 {
        let (size, limit) = (bytes.div_ceil(1 << 20), text::MAX_TEXT >> 20);
        return Err(Error::invalid(format!("the file has {size} MiB; an entry has at most {limit}"))
            .hint("split it into several entries"));
    }
    Ok(())
}

/// What is known of a file's date beside what it says itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dates {
    /// Wins over everything.
    pub(crate) stated: Option<Date>,
    /// Taken when neither text nor name have one.
    pub(crate) otherwise: Option<Date>,
}

/// Checks a typed text.
///
/// # Errors
/// As [`write`].
pub(crate) fn draft(ctx: &Ctx, typed: &Typed) -> Result<Draft> {
    let (bringer, text) = (Bringer::of(ctx), text::checked(&typed.text)?.to_owned());
    let date = parsed(typed.date.as_deref())?.unwrap_or_else(|| ctx.app.clock.today());
    Draft {
        raw: text.clone(),
        body: text,
        title: None,
        tags: Vec::new(),
        date: ctx.app.bounds().check(date)?.to_string(),
        date_confirmed: true,
        // Whatever it is said to be: what an assistant writes is its own words.
        source: if bringer.author.is_some() { SourceType::Agent } else { typed.source },
        window: None,
        spans: Vec::new(),
        files: Vec::new(),
        upload: None,
        bringer,
    }
    .admitted()
}

/// Checks a file and decides on its date.
///
/// # Errors
/// `Invalid` for what is no text, is empty or too long, or has a date out of bounds.
pub(crate) fn prepare(ctx: &Ctx, file: &Incoming, dates: Dates) -> Result<Draft> {
    dated(ctx, file, dates).map(|(draft, _)| draft)
}

/// Does what [`prepare`] does, and tells whether the file has a date of its own.
///
/// # Errors
/// As [`prepare`].
pub(crate) fn dated(ctx: &Ctx, file: &Incoming, dates: Dates) -> Result<(Draft, bool)> {
    check_size(file.bytes.len() as u64)?;
    let decoded = decode(&file.bytes)?;
    let raw = text::checked(decoded)?;
    let (head, body) = front_matter::split(raw)?;
    let body = text::checked(body)?;
    let (stem, ending) = match file.name.rsplit_once('.') {
        Some((stem, ending)) => (stem, ending),
        None => (file.name.as_str(), ""),
    };
    let (today, bounds) = (ctx.app.clock.today(), ctx.app.bounds());
    let is_dated = dates::stated(dates.stated, head.date, body, Some(stem), today, &bounds)?.is_some();
    let date = decide(dates.stated, head.date, body, Some(stem), dates.otherwise, today, &bounds)?;
    let draft = Draft {
        raw: raw.to_owned(),
        body: body.to_owned(),
        title: head.title,
        tags: head.tags,
        date: date.to_string(),
        date_confirmed: true,
        source: SourceType::ImportedTextFile,
        window: None,
        spans: Vec::new(),
        files: vec![File {
            position: 1,
            label: format!("upload:{}", text::preview(&file.name, MAX_LABEL)),
            media_type: if ending.eq_ignore_ascii_case("md") { "text/markdown" } else { "text/plain" }.to_owned(),
            hash: Sha256::digest(&file.bytes).to_vec(),
            page: None,
        }],
        upload: None,
        bringer: Bringer::of(ctx),
    };
    Ok((draft.admitted()?, is_dated))
}

fn decode(bytes: &[u8]) -> Result<&str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let hint = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it looks like UTF-16: `iconv -f UTF-16 -t UTF-8 FILE`",
            _ => "save it as UTF-8; `iconv -f LATIN1 -t UTF-8 FILE` converts an old one",
        };
        Error::invalid(format!("the file is not UTF-8 text (byte {})", error.valid_up_to())).hint(hint)
    })
}

pub(crate) fn parsed(date: Option<&str>) -> Result<Option<Date>> {
    date.map(day::parse).transpose()
}

/// Refuses a date that no entry may have, before anything is done for one.
///
/// # Errors
/// `Invalid`.
pub fn check_date(ctx: &Ctx, date: Option<&str>) -> Result<()> {
    parsed(date)?.map(|date| ctx.app.bounds().check(date)).transpose().map(drop)
}

/// Stores a draft with what is left to jobs: its vectors, and what is derived from it.
fn store(db: &NotebookDb<'_>, draft: &Draft, (job, follow_ups): (JobId, &FollowUps), trail: &Trail) -> Result<Outcome> {
    if let Some(id) = draft.already_there(db)? {
        return Ok(Outcome::AlreadyThere { id });
    }
    let id = draft.add(db, trail)?;
    jobs::enqueue_first(db, job, jobs::EMBED, id, trail.at())?;
    follow_ups.leave(db, id, trail.at())?;
    Ok(Outcome::Stored { id, entry_date: draft.date.clone(), word_count: text::word_count(&draft.body) })
}

#[cfg(test)]
mod tests;
