//! Ingestion of text, files and folders. An entry is durable before its outcome is returned.

mod asking;
pub mod date_extraction;
pub(crate) mod entry_draft;
pub mod folder;
pub mod front_matter;
pub mod image_decoder;
mod llm_date_heading;
mod page_markers;
pub(crate) mod photos;
mod reading_cache;
pub(crate) mod recordings;
mod resolve_date;
mod transcript_formatter;
mod typed_entry;
mod uncertain_spans;
pub mod uploads;
pub mod urls;
mod weekday_check;

pub(crate) use crate::services::ingest::entry_draft::{EntryDraft, EntrySourceFile, EntrySubmitter};
pub(crate) use crate::services::ingest::page_markers::without_markers;
pub use crate::services::ingest::typed_entry::{TypedEntry, check_typed, write_typed};

use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::app::context::Ctx;
use crate::domain::entry::{Entry, SourceType};
use crate::domain::id::{EntryId, JobId};
use crate::domain::scope::Scope;
use crate::domain::{entry_date, text};
use crate::egress::DerivedJobs;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::ingest::date_extraction::choose_date;
use crate::storage::notebook::NotebookDb;

/// Longest file name kept as a label, in code points.
const MAX_LABEL: usize = 255;

/// A file to ingest.
#[derive(Debug)]
pub struct InputFile {
    /// File name with extension, or `-` for standard input; stored as a label.
    pub name: String,
    /// File contents, at most [`text::MAX_TEXT`] bytes.
    pub bytes: Vec<u8>,
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
    /// The notebook already has an entry from a file with the same bytes.
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
    /// Source type requested by the caller.
    pub source: SourceType,
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
/// A file whose bytes the notebook already has is skipped.
///
/// # Errors
/// `Invalid` for a malformed `date`. Errors of single files are in their [`IngestOutcome`].
pub async fn files(ctx: &Ctx, incoming: Vec<InputFile>, date: Option<&str>) -> Result<Vec<IngestOutcome>> {
    ctx.caller.authorize(Scope::Ingest)?;
    let date = parse_optional_date(date)?;
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
                        Ok((text, job)) => store(db, &text, (job, &follow_ups), &trail)?,
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
    /// Used if neither the text nor the file name has a date.
    pub(crate) fallback: Option<Date>,
}

/// Validates a text and builds its draft.
///
/// # Errors
/// As [`write`].
pub(crate) fn draft_from_text(ctx: &Ctx, typed: &TextInput) -> Result<EntryDraft> {
    let (submitter, text) = (EntrySubmitter::from_ctx(ctx), text::validate_entry_text(&typed.text)?.to_owned());
    let date = parse_optional_date(typed.date.as_deref())?.unwrap_or_else(|| ctx.app.clock.today());
    let date = ctx.app.entry_date_bounds().check(date)?;
    // Overrides the requested source: text that an assistant writes is always the assistant's own.
    let source = if submitter.author.is_some() { SourceType::Agent } else { typed.source };
    EntryDraft::new(text.clone(), text, date, source, submitter).ensure_permitted()
}

/// Validates a file, determines its date and builds its draft.
///
/// # Errors
/// `Invalid` for a file that is not UTF-8 text, is empty or too long, or has a date out of bounds.
pub(crate) fn draft_from_file(ctx: &Ctx, file: &InputFile, dates: DateHints) -> Result<EntryDraft> {
    draft_from_file_with_date_flag(ctx, file, dates).map(|(draft, _)| draft)
}

/// Like [`draft_from_file`]; also returns whether the file states a date of its own.
///
/// # Errors
/// As [`draft_from_file`].
pub(crate) fn draft_from_file_with_date_flag(
    ctx: &Ctx,
    file: &InputFile,
    dates: DateHints,
) -> Result<(EntryDraft, bool)> {
    check_size(file.bytes.len() as u64)?;
    let decoded = decode(&file.bytes)?;
    let raw = text::validate_entry_text(decoded)?;
    let (head, body) = front_matter::split(raw)?;
    let body = text::validate_entry_text(body)?;
    let (stem, ending) = match file.name.rsplit_once('.') {
        Some((stem, ending)) => (stem, ending),
        None => (file.name.as_str(), ""),
    };
    let (today, bounds) = (ctx.app.clock.today(), ctx.app.entry_date_bounds());
    let is_dated = date_extraction::stated_date(dates.explicit, head.date, body, Some(stem), today, &bounds)?.is_some();
    let date = choose_date(dates.explicit, head.date, body, Some(stem), dates.fallback, today, &bounds)?;
    let (source, submitter) = (SourceType::ImportedTextFile, EntrySubmitter::from_ctx(ctx));
    let draft = EntryDraft {
        title: head.title,
        tags: head.tags,
        files: vec![EntrySourceFile {
            position: 1,
            label: format!("upload:{}", text::preview(&file.name, MAX_LABEL)),
            media_type: if ending.eq_ignore_ascii_case("md") { "text/markdown" } else { "text/plain" }.to_owned(),
            hash: Sha256::digest(&file.bytes).to_vec(),
            page: None,
        }],
        ..EntryDraft::new(raw.to_owned(), body.to_owned(), date, source, submitter)
    };
    Ok((draft.ensure_permitted()?, is_dated))
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

pub(crate) fn parse_optional_date(date: Option<&str>) -> Result<Option<Date>> {
    date.map(entry_date::parse).transpose()
}

/// Rejects a date outside the allowed bounds.
///
/// # Errors
/// `Invalid`.
pub fn check_date(ctx: &Ctx, date: Option<&str>) -> Result<()> {
    parse_optional_date(date)?.map(|date| ctx.app.entry_date_bounds().check(date)).transpose().map(drop)
}

/// Stores a draft with its jobs, unless an entry was made from the same file.
fn store(
    db: &NotebookDb<'_>,
    draft: &EntryDraft,
    (job, follow_ups): (JobId, &DerivedJobs),
    trail: &AuditRecorder,
) -> Result<IngestOutcome> {
    if let Some(id) = draft.find_duplicate(db)? {
        return Ok(IngestOutcome::AlreadyThere { id });
    }
    let id = draft.add_with_jobs(db, (job, follow_ups), trail)?;
    Ok(IngestOutcome::Stored { id, entry_date: draft.date.clone(), word_count: text::word_count(&draft.body) })
}

#[cfg(test)]
mod tests;
