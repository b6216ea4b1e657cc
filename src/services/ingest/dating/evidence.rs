//! Evidence for the date of an entry, and the date determined from it.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::domain::calendar::{EntryMinute, JournalCalendar};
use crate::domain::entry_date::{DateBounds, DateOrigin};

/// Time at which a camera or recorder made a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureTime {
    /// Clock reading without a zone, as in EXIF.
    Local(DateTime),
    /// Instant, as in the header of an MP4 file.
    Instant(Timestamp),
    /// Day without a time.
    Day(Date),
}

/// Date of an entry without any other evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFallback {
    /// Modification time of the file; the date is a guess.
    FileTime(Timestamp),
    /// Default date sent with an upload; used as it is.
    Sent(Date),
    /// Today, which is a guess for a file and certain for a text typed now.
    Today {
        /// The date is a guess.
        guessed: bool,
    },
}

/// Everything known about the date of an entry.
#[derive(Debug, Clone, Copy)]
pub struct DateEvidence<'a> {
    /// Date given by the caller.
    pub explicit: Option<Date>,
    /// Fields of the front matter with their values as written, in order.
    pub front_matter: &'a [(String, String)],
    /// Name of the file with its folders, relative to the imported folder; empty without a file.
    pub path: &'a str,
    /// Capture time from the file's own headers.
    pub metadata: Option<CaptureTime>,
    /// Text without front matter.
    pub text: &'a str,
    /// Date without other evidence.
    pub fallback: DateFallback,
    /// Current time.
    pub now: Timestamp,
    /// Allowed dates.
    pub bounds: DateBounds,
    /// Calendar of the journal.
    pub calendar: &'a JournalCalendar,
}

/// Date determined for an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatingOutcome {
    /// Day of the entry.
    pub date: Date,
    /// Time of the entry.
    pub minute: Option<EntryMinute>,
    /// Evidence that the date comes from.
    pub origin: DateOrigin,
    /// The date is a guess and shown as unconfirmed.
    pub guessed: bool,
    /// Remark for the report.
    pub note: Option<DatingNote>,
}

/// Remark about evidence that was not used, or used with doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatingNote {
    /// No form of a date is known for the value of a front-matter field.
    UnreadFrontMatter {
        /// Name of the field.
        field: String,
        /// Value as written.
        value: String,
    },
    /// Day and month can be exchanged, and nothing says which is first.
    AmbiguousOrder {
        /// Date as written.
        written: String,
    },
    /// The weekday is not that of the date.
    ContradictingWeekday {
        /// Date as written.
        written: String,
    },
    /// Several days are written, of which the first was taken.
    SeveralDays {
        /// Dates as written.
        written: String,
    },
    /// The year is not written.
    AssumedYear {
        /// Date as written.
        written: String,
    },
    /// A number in a name is taken for a day.
    AssumedDay {
        /// Name as written.
        written: String,
    },
}

impl fmt::Display for DatingNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnreadFrontMatter { field, value } => write!(f, "`{field}: {value}` could not be read as a date"),
            Self::AmbiguousOrder { written } => write!(
                f,
                "`{written}` can be read with the day or the month first; the setting ENTRY_DATE_ORDER decides it"
            ),
            Self::ContradictingWeekday { written } => write!(f, "the weekday of `{written}` is not that of the date"),
            Self::SeveralDays { written } => write!(f, "`{written}` names several days; the first was taken"),
            Self::AssumedYear { written } => write!(f, "`{written}` has no year; the most recent one was taken"),
            Self::AssumedDay { written } => write!(f, "the number in `{written}` was taken for the day"),
        }
    }
}
