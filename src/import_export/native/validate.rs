//! Validates entries of an export beyond the database constraints.

use jiff::Timestamp;

use crate::domain::export_document::ExportedEntry;
use crate::domain::text::MAX_TEXT;
use crate::domain::{entry_date, tag};
use crate::error::{Error, Result};

/// Maximum length of a language code in code points.
const MAX_LANGUAGE: usize = 16;

/// Rejects an entry that `journal export` could not have written.
///
/// # Errors
/// `Invalid` naming the entry's id, never its text.
pub(super) fn validate_entry(entry: &ExportedEntry) -> Result<()> {
    let wrong = |what: &str| {
        Error::invalid(format!("entry {} of the export has {what}", entry.id))
            .hint("the export was changed; use another copy of it")
    };
    if entry.id.0 < 1 {
        return Err(wrong("an invalid id"));
    }
    entry_date::parse(&entry.entry_date).map_err(|error| wrong("an invalid date").caused_by(error))?;
    let texts = [&entry.raw_text, &entry.final_text].into_iter().chain(entry.title.as_ref());
    let texts = texts.chain(entry.pages.iter().map(|page| &page.raw_text));
    let mut texts = texts.chain(entry.history.iter().map(|version| &version.final_text));
    if texts.any(|text| text.len() > MAX_TEXT || text.contains('\0')) {
        return Err(wrong("a text that is too long or contains a NUL character"));
    }
    if tag::normalize(&entry.tags).ok().as_ref() != Some(&entry.tags) {
        return Err(wrong("invalid tags"));
    }
    if entry.language.chars().count() > MAX_LANGUAGE || entry.word_count < 0 {
        return Err(wrong("an invalid language or word count"));
    }
    let length = i64::try_from(entry.raw_text.chars().count()).unwrap_or(i64::MAX);
    let window = entry.content_boundary.map(|window| (window.char_start, window.char_end));
    let spans = entry.uncertain_spans.iter().map(|span| (span.char_start, span.char_end));
    if window.into_iter().chain(spans).any(|(start, end)| start < 0 || start > end || end > length) {
        return Err(wrong("a span outside its text"));
    }
    let hashes = entry.sources.iter().map(|source| &source.sha256);
    if !hashes.into_iter().all(|hash| hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
    {
        return Err(wrong("an invalid hash"));
    }
    let kinds = entry.sources.iter().filter_map(|source| source.original.as_ref());
    if !kinds.into_iter().all(|original| is_media_type(&original.media_type)) {
        return Err(wrong("an original with an invalid media type"));
    }
    let stamps = [&entry.created_at, &entry.updated_at].into_iter();
    let stamps = stamps.chain(entry.history.iter().map(|version| &version.replaced_at));
    if !stamps.chain(entry.sources.iter().map(|source| &source.created_at)).all(|at| is_instant(at)) {
        return Err(wrong("an invalid timestamp"));
    }
    Ok(())
}

fn is_instant(text: &str) -> bool {
    text.len() <= 40 && text.parse::<Timestamp>().is_ok()
}

/// Returns true for a media type without parameters (RFC 6838 §4.2).
fn is_media_type(text: &str) -> bool {
    let is_name = |name: &str| {
        (1..=64).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, name)| is_name(kind) && is_name(name))
}
