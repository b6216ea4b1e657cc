//! Dating of entries: the day, the time and the certainty of what is written, imported or photographed.
//!
//! Evidence in order of precedence: the explicit date, front matter, the name of the file and its folders, the capture
//! time of a photograph or recording, a dated heading at the top, other dates in the text, the fallback. Evidence
//! without a date within the bounds is passed over.

mod evidence;
mod finding;
mod front_matter_date;
mod masked_text;
mod other_day;
mod path_date;
mod text_date;

use jiff::civil::{Date, date};

pub use crate::services::ingest::dating::evidence::{
    CaptureTime, DateEvidence, DateFallback, DatingNote, DatingOutcome,
};

use crate::domain::calendar::{EntryMinute, JournalCalendar};
use crate::domain::entry_date::{DateBounds, DateOrigin};
use crate::error::Result;
use crate::services::ingest::dating::finding::{DateFinding, YearRule};
use crate::services::ingest::dating::front_matter_date::{FrontMatterDate, read_front_matter};
use crate::services::ingest::dating::path_date::NamedPath;
use crate::services::ingest::dating::text_date::DatedText;

/// Result of a date search in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateMatch {
    /// A date within the bounds.
    Date(Date),
    /// Only dates with a year outside the bounds; this is the first.
    OutOfRange(Date),
    /// No date.
    None,
}

/// First day of a capture time that is believed; earlier ones are clocks that were not set.
const FIRST_CAPTURE: Date = date(1990, 1, 1);

/// Determines the date of an entry.
///
/// # Errors
/// `Invalid` if an explicit date or one of the front matter is out of bounds, and if the name of the file or a heading
/// has a date out of bounds and there is no other.
pub fn determine_date(evidence: &DateEvidence<'_>) -> Result<DatingOutcome> {
    DatingProcess::new(evidence).run()
}

/// Looks for the date of an entry in its first 500 code points: a dated heading, else another date of the text.
///
/// A date without a year means its most recent occurrence up to `today` within 28 years, preferring the year in which it
/// falls on the named weekday.
#[must_use]
pub fn date_in_text(text: &str, today: Date, bounds: DateBounds, calendar: &JournalCalendar) -> DateMatch {
    let (text, years) = (DatedText::new(text, calendar), YearRule { named: None, latest: today, bounds });
    match text.heading(&years).or_else(|| text.other(&years)) {
        DateFinding::Within(outcome) => DateMatch::Date(outcome.date),
        DateFinding::OutOfBounds(date) => DateMatch::OutOfRange(date),
        DateFinding::Absent => DateMatch::None,
    }
}

/// Evidence with everything that was read from it.
struct DatingProcess<'a> {
    evidence: &'a DateEvidence<'a>,
    front_matter: FrontMatterDate,
    path: DateFinding,
    metadata: DateFinding,
    heading: DateFinding,
    text: DateFinding,
}

impl<'a> DatingProcess<'a> {
    fn new(evidence: &'a DateEvidence<'a>) -> Self {
        let (calendar, bounds) = (evidence.calendar, evidence.bounds);
        let today = calendar.today(evidence.now);
        let latest = match evidence.fallback {
            DateFallback::FileTime(at) => calendar.day_of(at).0.min(today),
            _ => today,
        };
        let path = NamedPath::new(evidence.path);
        let years = YearRule { named: path.year(), latest, bounds };
        let text = DatedText::new(evidence.text, calendar);
        Self {
            evidence,
            front_matter: read_front_matter(evidence.front_matter, calendar, &years, evidence.now),
            path: path.date(calendar, bounds),
            metadata: captured(evidence),
            heading: text.heading(&years),
            text: text.other(&years),
        }
    }

    fn run(self) -> Result<DatingOutcome> {
        let mut outcome = self.choose()?;
        outcome.minute = outcome.minute.or_else(|| self.minute_on(outcome.date));
        outcome.note = outcome.note.or(self.front_matter.note);
        Ok(outcome)
    }

    fn choose(&self) -> Result<DatingOutcome> {
        let bounds = self.evidence.bounds;
        if let Some(date) = self.evidence.explicit {
            let date = bounds.check(date)?;
            return Ok(DatingOutcome { date, minute: None, origin: DateOrigin::Flag, guessed: false, note: None });
        }
        if let DateFinding::OutOfBounds(date) = self.front_matter.finding {
            bounds.check(date)?;
        }
        let found = [&self.front_matter.finding, &self.path, &self.metadata, &self.heading, &self.text];
        if let Some(outcome) = found.into_iter().find_map(DateFinding::within) {
            return Ok(outcome.clone());
        }
        // A date in the text out of bounds is that of something written about.
        for finding in [&self.path, &self.heading] {
            if let DateFinding::OutOfBounds(date) = *finding {
                let hint = "pass `--date YYYY-MM-DD` with the day the entry belongs to";
                bounds.check(date).map_err(|error| error.hint(hint))?;
            }
        }
        self.fall_back()
    }

    fn fall_back(&self) -> Result<DatingOutcome> {
        let (calendar, bounds) = (self.evidence.calendar, self.evidence.bounds);
        let (today, now) = calendar.day_of(self.evidence.now);
        let (date, minute, origin, guessed) = match self.evidence.fallback {
            DateFallback::FileTime(at) => match calendar.day_of(at) {
                (date, minute) if bounds.contains(date) => (date, Some(minute), DateOrigin::FileTime, true),
                _ => (today, None, DateOrigin::Today, true),
            },
            DateFallback::Sent(date) => (date, None, DateOrigin::Flag, false),
            DateFallback::Today { guessed } => (today, (!guessed).then_some(now), DateOrigin::Today, guessed),
        };
        Ok(DatingOutcome { date: bounds.check(date)?, minute, origin, guessed, note: None })
    }

    /// Returns the time that other evidence gives for the day.
    fn minute_on(&self, date: Date) -> Option<EntryMinute> {
        let others = [&self.front_matter.finding, &self.path, &self.metadata, &self.heading];
        let mut same_day = others.into_iter().filter_map(DateFinding::within).filter(|outcome| outcome.date == date);
        self.front_matter.minute.or_else(|| same_day.find_map(|outcome| outcome.minute))
    }
}

/// Checks a capture time; a clock that was not set says nothing.
fn captured(evidence: &DateEvidence<'_>) -> DateFinding {
    let (calendar, today) = (evidence.calendar, evidence.calendar.today(evidence.now));
    let with_time = |(date, minute)| (date, Some(minute));
    let (date, minute) = match evidence.metadata {
        None => return DateFinding::Absent,
        Some(CaptureTime::Local(at)) if at == date(2000, 1, 1).at(0, 0, 0, 0) => return DateFinding::Absent,
        Some(CaptureTime::Local(at)) => with_time(calendar.day_of_local(at)),
        Some(CaptureTime::Instant(at)) => with_time(calendar.day_of(at)),
        Some(CaptureTime::Day(date)) => (date, None),
    };
    let is_believed = date >= FIRST_CAPTURE && date <= today.saturating_add(jiff::Span::new().days(1));
    match DateFinding::of_date(date, minute, DateOrigin::Metadata, evidence.bounds) {
        DateFinding::Within(outcome) if is_believed => DateFinding::Within(outcome),
        _ => DateFinding::Absent,
    }
}

#[cfg(test)]
mod tests;
