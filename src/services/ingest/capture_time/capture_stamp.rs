//! Creation time with what is known of its zone.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

/// Earliest plausible year; clocks that were never set start in 1904, 1970 or 1980.
const FIRST_YEAR: i16 = 1990;

/// Creation time of a photograph or recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaptureStamp {
    /// Wall clock of the device, with its UTC offset if the file has one.
    Local {
        /// Date and time that the device showed.
        at: DateTime,
        /// Difference from UTC.
        offset: Option<Offset>,
    },
    /// Point in time; its day depends on the zone of the journal.
    Instant(Timestamp),
    /// Day without a time.
    Day(Date),
}

impl CaptureStamp {
    /// Returns the day and time in a zone; the wall clock of a device is kept as it is.
    #[must_use]
    pub(crate) fn to_civil(self, zone: &TimeZone) -> (Date, Option<Time>) {
        match self {
            Self::Local { at, .. } => (at.date(), Some(at.time())),
            Self::Instant(at) => {
                let at = zone.to_datetime(at);
                (at.date(), Some(at.time()))
            }
            Self::Day(day) => (day, None),
        }
    }

    /// Returns true unless the clock was never set or is ahead of `now` by more than a day.
    pub(super) fn is_plausible(self, now: Timestamp) -> bool {
        let (day, _) = self.to_civil(&TimeZone::UTC);
        let today = TimeZone::UTC.to_datetime(now).date();
        day.year() >= FIRST_YEAR && day <= today.saturating_add(1.day())
    }
}
