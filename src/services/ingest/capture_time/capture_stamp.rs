//! Plausibility of a creation time.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::services::ingest::dating::CaptureTime;

/// Earliest plausible year; clocks that were never set start in 1904, 1970 or 1980.
const FIRST_YEAR: i16 = 1990;

/// Returns true unless the clock was never set or is ahead of `now` by more than a day.
pub(super) fn is_plausible(time: CaptureTime, now: Timestamp) -> bool {
    let day = match time {
        CaptureTime::Local(at) => at.date(),
        CaptureTime::Instant(at) => TimeZone::UTC.to_datetime(at).date(),
        CaptureTime::Day(day) => day,
    };
    let today = TimeZone::UTC.to_datetime(now).date();
    day.year() >= FIRST_YEAR && day <= today.saturating_add(1.day())
}
