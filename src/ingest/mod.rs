//! Text comes in: typed, from files, from folders. What was stored is durable before it is reported.

pub mod dates;
pub mod folder;
pub mod front_matter;

use jiff::civil::Date;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest::dates::decide;
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
use crate::storage::notebook::sources;

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

/// Stores a typed text and returns the entry.
///
/// The date is the one given, otherwise today: what a person types is not searched for dates.
///
/// # Errors
/// `Invalid` for an empty or endless text, or a date out of bounds.
pub async fn write(ctx: &Ctx, text: &str, date: Option<&str>) -> Result<Entry> {
    let text = text::checked(text)?.to_owned();
    let date = ctx.app.bounds().check(parsed(date)?.unwrap_or_else(|| ctx.app.clock.today()))?.to_string();
    let (trail, job) = (Trail::of(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    ctx.write(Scope::Ingest, move |db| {
        let row = entries::NewEntry {
            entry_date: &date,
            title: None,
            source_type: SourceType::TextEntry,
            raw_text: &text,
            final_text: &text,
            at: trail.at(),
        };
        let id = entries::add(db, &row)?;
        jobs::enqueue_first(db, job, jobs::EMBED, id, trail.at())?;
        trail.created(db, id)?;
        entries::find(db, id)?.ok_or_else(|| Error::not_found("entry"))
    })
    .await
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
        prepared.push(prepare(ctx, file, date).map(|text| (text, job)));
    }
    let trail = Trail::of(ctx);
    ctx.write(Scope::Ingest, move |db| {
        let mut outcomes = Vec::with_capacity(prepared.len());
        for file in prepared {
            outcomes.push(match file {
                Ok((text, job)) => store(db, &text, job, &trail)?,
                Err(error) => refused(error),
            });
        }
        Ok(outcomes)
    })
    .await
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

/// A text ready to be stored.
struct Prepared {
    label: String,
    media_type: &'static str,
    hash: [u8; 32],
    raw: String,
    body: String,
    title: Option<String>,
    date: String,
}

fn prepare(ctx: &Ctx, file: &Incoming, date: Option<Date>) -> Result<Prepared> {
    check_size(file.bytes.len() as u64)?;
    let decoded = decode(&file.bytes)?;
    let raw = text::checked(decoded)?;
    let (head, body) = front_matter::split(raw)?;
    let body = text::checked(body)?;
    let (stem, ending) = match file.name.rsplit_once('.') {
        Some((stem, ending)) => (stem, ending),
        None => (file.name.as_str(), ""),
    };
    let date = decide(date, head.date, body, Some(stem), ctx.app.clock.today(), &ctx.app.bounds())?;
    Ok(Prepared {
        label: format!("upload:{}", file.name),
        media_type: if ending.eq_ignore_ascii_case("md") { "text/markdown" } else { "text/plain" },
        hash: Sha256::digest(&file.bytes).into(),
        body: body.to_owned(),
        raw: raw.to_owned(),
        title: head.title,
        date: date.to_string(),
    })
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

fn parsed(date: Option<&str>) -> Result<Option<Date>> {
    date.map(day::parse).transpose()
}

fn store(db: &NotebookDb<'_>, file: &Prepared, job: JobId, trail: &Trail) -> Result<Outcome> {
    if let Some(id) = sources::entry_with(db, &file.hash)? {
        return Ok(Outcome::AlreadyThere { id });
    }
    let row = entries::NewEntry {
        entry_date: &file.date,
        title: file.title.as_deref(),
        source_type: SourceType::ImportedTextFile,
        raw_text: &file.raw,
        final_text: &file.body,
        at: trail.at(),
    };
    let id = entries::add(db, &row)?;
    sources::add(db, id, &file.label, file.media_type, &file.hash, trail.at())?;
    jobs::enqueue_first(db, job, jobs::EMBED, id, trail.at())?;
    trail.created(db, id)?;
    Ok(Outcome::Stored { id, entry_date: file.date.clone(), word_count: text::word_count(&file.body) })
}
