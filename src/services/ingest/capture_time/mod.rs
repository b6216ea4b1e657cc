//! Creation time of photographs and recordings, as their files state it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// Creation time of a photograph or recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaptureTime {
    /// Wall clock of the device, with its UTC offset if the file has one.
    Local {
        /// Date and time that the device showed.
        at: DateTime,
        /// Difference from UTC.
        offset: Option<Offset>,
    },
    /// Point in time; its day depends on the zone of the journal.
    Instant(Timestamp),
}

impl CaptureTime {
    /// Returns the date and time in a zone; a wall clock is kept as it is.
    #[must_use]
    pub(crate) fn to_civil(self, zone: &TimeZone) -> DateTime {
        match self {
            Self::Local { at, .. } => at,
            Self::Instant(at) => zone.to_datetime(at),
        }
    }
}
