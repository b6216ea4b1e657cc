//! Dates of texts and files for callers that know neither the zone nor the folders of what they date.
//!
//! [`dating`](crate::services::ingest::dating) determines the dates.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::calendar::JournalCalendar;
use crate::domain::entry_date::{DateBounds, DateOrigin};
use crate::error::Result;
use crate::services::ingest::dating::{self, DateEvidence, DateFallback};

pub use crate::services::ingest::dating::DateMatch;

/// Looks for the date of an entry in its text.
#[must_use]
pub fn date_in_text(text: &str, today: Date, bounds: &DateBounds) -> DateMatch {
    dating::date_in_text(text, today, *bounds, &JournalCalendar::for_zone(TimeZone::UTC))
}

/// Determines the date of a new entry: that of [`stated_date`], else `otherwise`, else today.
///
/// # Errors
/// As [`stated_date`], and when today is before the first allowed date.
pub fn choose_date(
    flag: Option<Date>,
    front_matter: Option<Date>,
    text: &str,
    file_stem: Option<&str>,
    otherwise: Option<Date>,
    today: Date,
    bounds: &DateBounds,
) -> Result<Date> {
    match stated_date(flag, front_matter, text, file_stem, today, bounds)? {
        Some(date) => Ok(date),
        None => bounds.check(otherwise.unwrap_or(today)),
    }
}

/// Returns the explicit date, else that of front matter, file name or text; `None` without any.
///
/// # Errors
/// `Invalid` when an explicit or front-matter date is out of bounds, and when a file name or heading has only dates out
/// of bounds.
pub fn stated_date(
    flag: Option<Date>,
    front_matter: Option<Date>,
    text: &str,
    file_stem: Option<&str>,
    today: Date,
    bounds: &DateBounds,
) -> Result<Option<Date>> {
    let calendar = JournalCalendar::for_zone(TimeZone::UTC);
    let front_matter: Vec<_> = front_matter.iter().map(|date| ("date".to_owned(), date.to_string())).collect();
    let path = file_stem.map_or_else(String::new, |stem| format!("{stem}.md"));
    let outcome = dating::determine_date(&DateEvidence {
        explicit: flag,
        front_matter: &front_matter,
        path: &path,
        metadata: None,
        text,
        fallback: DateFallback::Today { guessed: true },
        now: TimeZone::UTC.to_timestamp(today.at(12, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH),
        bounds: *bounds,
        calendar: &calendar,
    })?;
    Ok((outcome.origin != DateOrigin::Today).then_some(outcome.date))
}
