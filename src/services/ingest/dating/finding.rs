//! Result of looking for a date in one kind of evidence.

use jiff::civil::Date;

use crate::domain::calendar::EntryMinute;
use crate::domain::date_reader::{DateDoubt, DateReading};
use crate::domain::entry_date::{DateBounds, DateOrigin};
use crate::services::ingest::dating::evidence::{DatingNote, DatingOutcome};

/// Result of looking for a date in one kind of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DateFinding {
    /// A date within the bounds.
    Within(DatingOutcome),
    /// Only dates out of bounds; this is the first.
    OutOfBounds(Date),
    /// No date.
    Absent,
}

impl DateFinding {
    /// Returns the date within the bounds.
    pub(super) fn within(&self) -> Option<&DatingOutcome> {
        match self {
            Self::Within(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// Returns this finding, or another if this one has no date within the bounds.
    pub(super) fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Within(_) => self,
            Self::Absent => other(),
            Self::OutOfBounds(_) => match other() {
                found @ Self::Within(_) => found,
                _ => self,
            },
        }
    }

    /// Checks a certain date.
    pub(super) fn of_date(date: Date, minute: Option<EntryMinute>, origin: DateOrigin, bounds: DateBounds) -> Self {
        if bounds.contains(date) {
            Self::Within(DatingOutcome { date, minute, origin, guessed: false, note: None })
        } else {
            Self::OutOfBounds(date)
        }
    }

    /// Checks a reading with a year; its doubts make it a guess. `text` is what it was read from.
    pub(super) fn of_reading(reading: &DateReading, text: &str, origin: DateOrigin, bounds: DateBounds) -> Self {
        let Some(date) = reading.date() else { return Self::Absent };
        match Self::of_date(date, reading.minute, origin, bounds) {
            Self::Within(outcome) => {
                let note = doubt(reading, text);
                Self::Within(DatingOutcome { guessed: note.is_some(), note, ..outcome })
            }
            outside => outside,
        }
    }
}

/// Returns the doubt of a reading.
fn doubt(reading: &DateReading, text: &str) -> Option<DatingNote> {
    let written = text[reading.span.clone()].to_owned();
    reading.doubt.map(|doubt| match doubt {
        DateDoubt::ContradictingWeekday => DatingNote::ContradictingWeekday { written },
        DateDoubt::AmbiguousOrder => DatingNote::AmbiguousOrder { written },
        DateDoubt::SeveralDays => DatingNote::SeveralDays { written },
    })
}

/// Rules for the year of a date that is written without one.
#[derive(Debug, Clone, Copy)]
pub(super) struct YearRule {
    /// Year of the folder or the name of the file.
    pub(super) named: Option<i16>,
    /// Day that the date is at the latest: that of the file, otherwise today.
    pub(super) latest: Date,
    pub(super) bounds: DateBounds,
}

impl YearRule {
    /// Checks a reading without a year: it is of the named year, else its most recent occurrence, which is a guess
    /// unless the weekday fits.
    pub(super) fn resolve(&self, reading: &DateReading, text: &str, origin: DateOrigin) -> DateFinding {
        let written = || text[reading.span.clone()].to_owned();
        let named = self.named.and_then(|year| reading.in_year(year)).filter(|date| self.bounds.contains(*date));
        let contradicts = |date: Date| reading.weekday.is_some_and(|weekday| weekday != date.weekday());
        let (date, note) = match named {
            Some(date) if contradicts(date) => (date, Some(DatingNote::ContradictingWeekday { written: written() })),
            Some(date) => (date, None),
            None => {
                let Some(date) = reading.most_recent(self.latest, self.bounds) else { return DateFinding::Absent };
                let is_sure = reading.weekday == Some(date.weekday());
                (date, (!is_sure).then(|| DatingNote::AssumedYear { written: written() }))
            }
        };
        let note = note.or_else(|| doubt(reading, text));
        DateFinding::Within(DatingOutcome { date, minute: reading.minute, origin, guessed: note.is_some(), note })
    }
}
