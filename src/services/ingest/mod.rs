//! Ingestion of text, files and folders. An entry is durable before its outcome is returned.

mod asking;
mod capture_time;
pub mod dating;
pub(crate) mod entry_draft;
pub mod folder;
pub mod front_matter;
pub mod image_decoder;
mod llm_date_heading;
mod normalized_hash;
mod page_markers;
pub(crate) mod photos;
mod reading_cache;
pub(crate) mod recordings;
mod resolve_date;
pub(crate) mod source_update;
mod stored_draft;
mod title;
mod transcript_formatter;
mod typed_entry;
mod uncertain_spans;
pub mod uploads;
pub mod urls;
mod weekday_check;

pub(crate) use crate::services::ingest::entry_draft::{EntryDraft, EntrySourceFile, EntrySubmitter};
pub(crate) use crate::services::ingest::page_markers::without_markers;
pub use crate::services::ingest::source_update::ChangePolicy;
pub(crate) use crate::services::ingest::source_update::SourceMatch;
pub use crate::services::ingest::typed_entry::{TypedEntry, check_typed, write_typed};

use std::ops::Range;
use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::app::context::Ctx;
use crate::domain::calendar::{EntryMinute, JournalCalendar};
use crate::domain::date_reader::{self, DateContext};
use crate::domain::entry::{Entry, EntryProperty, SourceType};
use crate::domain::entry_date::DateOrigin;
use crate::domain::id::{EntryId, JobId};
use crate::domain::scope::Scope;
use crate::domain::{entry_date, tag, text};
use crate::egress::DerivedJobs;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::ingest::dating::{DateEvidence, DateFallback, DatingOutcome, determine_date};
use crate::services::ingest::stored_draft::add_with_jobs;
use crate::services::ingest::title::TitleSources;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entries::EntryDating;

/// Longest file name kept as a label, in code points.
const MAX_LABEL: usize = 255;

/// A file to ingest.
#[derive(Debug)]
pub struct InputFile {
    /// File name with extension, or `-` for standard input; stored as a label.
    pub name: String,
    /// File contents, at most [`text::MAX_TEXT`] bytes.
    pub bytes: Vec<u8>,
    /// Path with the folders whose names may state the date; the file name if no folder is known.
    pub path: String,
    /// Identity by which the file is recognised when it changed, such as its absolute path; `None` if it has none.
    pub identity: Option<String>,
    /// Last modification, used as an unconfirmed date if nothing states one; `None` means today.
    pub modified: Option<SystemTime>,
}

impl InputFile {
    /// Creates a file without a folder and without an identity.
    #[must_use]
    pub fn new(name: String, bytes: Vec<u8>) -> Self {
        Self { path: name.clone(), name, bytes, identity: None, modified: None }
    }

    /// Creates a file on disk: `relative` is its path with the folders that may state its date, `absolute` its identity.
    #[must_use]
    pub fn on_disk(relative: &Path, absolute: &Path, bytes: Vec<u8>) -> Self {
        let name = absolute.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let identity = Some(format!("path:{}", absolute.display()));
        Self { name, bytes, path: relative.to_string_lossy().into_owned(), identity, modified: None }
    }
}

/// Result of ingesting one file.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum IngestOutcome {
    /// A new entry.
    Stored {
        /// Its number.
        id: EntryId,
        /// The date assigned to it.
        entry_date: String,
        /// Words of the final text.
        word_count: i64,
    },
    /// The file changed; its entry got a new version.
    Updated {
        /// That entry.
        id: EntryId,
        /// Its date.
        entry_date: String,
        /// Words of the final text.
        word_count: i64,
    },
    /// The file changed, but its entry was edited here and is left as it is.
    EditedHere {
        /// That entry.
        id: EntryId,
    },
    /// The notebook already has an entry from this file, or from a file with the same bytes.
    AlreadyThere {
        /// That entry.
        id: EntryId,
    },
    /// The file was rejected; nothing was stored.
    Refused {
        /// Reason.
        message: String,
        /// Suggested next step.
        hint: Option<String>,
        /// The error, for its exit code.
        #[serde(skip)]
        error: Error,
    },
}

/// Text to store as an entry.
#[derive(Debug, Clone)]
pub struct TextInput {
    /// The text.
    pub text: String,
    /// `YYYY-MM-DD`; defaults to today.
    pub date: Option<String>,
    /// Time of day; defaults to the current time for an entry of today without a date.
    pub time: Option<EntryMinute>,
    /// Source type requested by the caller.
    pub source: SourceType,
    /// Tags, normalised when the text is stored.
    pub tags: Vec<String>,
}

/// Stores a text as an entry and returns it; a background job embeds it.
///
/// The date is `date` or today: typed text is not searched for dates.
///
/// # Errors
/// `Invalid` for an empty or too long text, or a date out of bounds.
pub async fn write(ctx: &Ctx, text: &str, date: Option<&str>) -> Result<Entry> {
    let (text, date) = (text.to_owned(), date.map(str::to_owned));
    write_typed(ctx, TypedEntry { text, date, ..TypedEntry::default() }).await
}

/// Stores each file as an entry, all in one transaction; a rejected file does not stop the others.
///
/// A file that has not changed since it was ingested is skipped; `policy` decides on one that has.
///
/// # Errors
/// `Invalid` for a malformed `date`. Errors of single files are in their [`IngestOutcome`].
pub async fn files(
    ctx: &Ctx,
    incoming: Vec<InputFile>,
    date: Option<&str>,
    policy: ChangePolicy,
) -> Result<Vec<IngestOutcome>> {
    ctx.caller.authorize(Scope::Ingest)?;
    let date = entry_date::parse_optional(date)?;
    let mut prepared = Vec::with_capacity(incoming.len());
    for file in &incoming {
        let job = JobId::draw(ctx.app.entropy.as_ref())?;
        let dates = DateHints { explicit: date, fallback: None };
        prepared.push(draft_from_file(ctx, file, dates).map(|text| (text, job)));
    }
    let (trail, follow_ups) = (AuditRecorder::from_ctx(ctx), DerivedJobs::from_config(ctx).await?);
    let outcomes = ctx
        .with_notebook_restricted(Scope::Ingest, move |notebook, _| {
            notebook.write(|db| {
                let mut outcomes = Vec::with_capacity(prepared.len());
                for file in prepared {
                    outcomes.push(match file {
                        Ok((text, job)) => store(db, &text, policy, (job, &follow_ups), &trail)?,
                        Err(error) => rejected_outcome(error),
                    });
                }
                Ok(outcomes)
            })
        })
        .await?;
    ctx.wake_worker();
    Ok(outcomes)
}

/// Converts a file's error into its outcome.
#[must_use]
pub fn rejected_outcome(error: Error) -> IngestOutcome {
    IngestOutcome::Refused { message: error.to_string(), hint: error.hint_text().map(str::to_owned), error }
}

/// Rejects a file that exceeds the size limit, before it is read.
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

/// Dates known from outside the file's contents.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DateHints {
    /// Takes precedence over every other date.
    pub(crate) explicit: Option<Date>,
    /// Date sent with an upload, used if nothing else states one.
    pub(crate) fallback: Option<Date>,
}

/// Validates a text and builds its draft.
///
/// # Errors
/// As [`write`].
pub(crate) fn draft_from_text(ctx: &Ctx, typed: &TextInput) -> Result<EntryDraft> {
    let (submitter, text) = (EntrySubmitter::from_ctx(ctx), text::validate_entry_text(&typed.text)?.to_owned());
    let (today, now) = ctx.calendar().day_of(ctx.app.clock.now());
    let stated = entry_date::parse_optional(typed.date.as_deref())?;
    let date = ctx.app.entry_date_bounds().check(stated.unwrap_or(today))?;
    let origin = if stated.is_some() { DateOrigin::Flag } else { DateOrigin::Today };
    let minute = typed.time.map(|time| ctx.calendar().minute_of_day(time)).or((stated.is_none()).then_some(now));
    // Overrides the requested source: text that an assistant writes is always the assistant's own.
    let source = if submitter.author.is_some() { SourceType::Agent } else { typed.source };
    let (tags, dating) = (tag::normalize(&typed.tags)?, EntryDating { minute, guessed: false, origin: origin.name() });
    EntryDraft { tags, dating, ..EntryDraft::new(text.clone(), text, date, source, submitter) }.ensure_permitted()
}

/// Validates a file, determines its date and builds its draft.
///
/// # Errors
/// `Invalid` for a file that is not UTF-8 text, is empty or too long, or has a date out of bounds.
pub(crate) fn draft_from_file(ctx: &Ctx, file: &InputFile, dates: DateHints) -> Result<EntryDraft> {
    draft_from_dated_file(ctx, file, dates).map(|(draft, _)| draft)
}

/// Like [`draft_from_file`]; also returns how the date was determined.
///
/// # Errors
/// As [`draft_from_file`].
pub(crate) fn draft_from_dated_file(
    ctx: &Ctx,
    file: &InputFile,
    hints: DateHints,
) -> Result<(EntryDraft, DatingOutcome)> {
    check_size(file.bytes.len() as u64)?;
    let decoded = decode(&file.bytes)?;
    let raw = text::validate_entry_text(decoded)?;
    let (head, body) = front_matter::split(raw)?;
    let body = text::validate_entry_text(body)?;
    let (stem, ending) = file.name.rsplit_once('.').unwrap_or((&file.name, ""));
    let dated = date_file(ctx, file, (&head.dating_fields(), body), hints)?;
    let title = TitleSources {
        front_matter: head.title,
        body,
        stem,
        find_dates: &|line| find_date_ranges(line, ctx.calendar()),
    };
    let (source, submitter) = (SourceType::ImportedTextFile, EntrySubmitter::from_ctx(ctx));
    let draft = EntryDraft {
        title: title.choose(),
        tags: head.tags,
        properties: head.properties.into_iter().map(|(name, value)| EntryProperty { name, value }).collect(),
        dating: EntryDating { minute: dated.minute, guessed: dated.guessed, origin: dated.origin.name() },
        files: vec![EntrySourceFile {
            position: 1,
            label: format!("upload:{}", text::preview(&file.name, MAX_LABEL)),
            media_type: if ending.eq_ignore_ascii_case("md") { "text/markdown" } else { "text/plain" }.to_owned(),
            hash: Sha256::digest(&file.bytes).to_vec(),
            identity: file.identity.clone(),
            page: None,
        }],
        ..EntryDraft::new(raw.to_owned(), body.to_owned(), dated.date, source, submitter)
    };
    Ok((draft.ensure_permitted()?, dated))
}

/// Determines the date of a file.
///
/// The name of a file on disk precedes its text. Over HTTP the text precedes the name, as the clients of the Python server
/// expect.
fn date_file(
    ctx: &Ctx,
    file: &InputFile,
    (front_matter, text): (&[(String, String)], &str),
    hints: DateHints,
) -> Result<DatingOutcome> {
    let evidence = DateEvidence {
        explicit: hints.explicit,
        front_matter,
        path: &file.path,
        metadata: None,
        text,
        fallback: date_fallback(hints.fallback, file.modified),
        now: ctx.app.clock.now(),
        bounds: ctx.app.entry_date_bounds(),
        calendar: ctx.calendar(),
    };
    if file.identity.is_none()
        && let Ok(by_text) = determine_date(&DateEvidence { path: "", ..evidence })
        && matches!(by_text.origin, DateOrigin::Heading | DateOrigin::Text)
    {
        return Ok(by_text);
    }
    determine_date(&evidence)
}

/// Returns the byte ranges of the dates of a line.
fn find_date_ranges(line: &str, calendar: &JournalCalendar) -> Vec<Range<usize>> {
    date_reader::read_dates(line, calendar, DateContext::FileName).into_iter().map(|reading| reading.span).collect()
}

/// Returns the date of a file that states none: the one sent with it, else its modification time, else today.
fn date_fallback(sent: Option<Date>, modified: Option<SystemTime>) -> DateFallback {
    match (sent, modified.and_then(|at| Timestamp::try_from(at).ok())) {
        (Some(date), _) => DateFallback::Sent(date),
        (None, Some(at)) => DateFallback::FileTime(at),
        (None, None) => DateFallback::Today { guessed: false },
    }
}

fn decode(bytes: &[u8]) -> Result<&str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let hint = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it looks like UTF-16: `iconv -f UTF-16 -t UTF-8 FILE`",
            _ => "save it as UTF-8; `iconv -f CP1252 -t UTF-8 FILE` converts a text of Windows",
        };
        Error::invalid(format!("the file is not UTF-8 text (byte {})", error.valid_up_to())).hint(hint)
    })
}

/// Rejects a date outside the allowed bounds.
///
/// # Errors
/// `Invalid`.
pub fn check_date(ctx: &Ctx, date: Option<&str>) -> Result<()> {
    entry_date::parse_optional(date)?.map(|date| ctx.app.entry_date_bounds().check(date)).transpose().map(drop)
}

/// Stores a draft with its jobs, or updates the entry of the same file.
fn store(
    db: &NotebookDb<'_>,
    draft: &EntryDraft,
    policy: ChangePolicy,
    jobs: (JobId, &DerivedJobs),
    trail: &AuditRecorder,
) -> Result<IngestOutcome> {
    let (entry_date, word_count) = (draft.date.clone(), text::word_count(&draft.body));
    match draft.update_if_changed(db, policy, jobs, trail)? {
        SourceMatch::Unchanged(id) => Ok(IngestOutcome::AlreadyThere { id }),
        SourceMatch::EditedHere(id) => Ok(IngestOutcome::EditedHere { id }),
        SourceMatch::Changed { entry: id, .. } => Ok(IngestOutcome::Updated { id, entry_date, word_count }),
        SourceMatch::New => {
            let id = add_with_jobs(db, draft, jobs, trail)?;
            Ok(IngestOutcome::Stored { id, entry_date, word_count })
        }
    }
}

#[cfg(test)]
mod tests;
