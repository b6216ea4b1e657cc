//! Parses an instant in the past, as typed by a user.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::error::{Error, Result};

/// Maximum distance into the past, in days.
const MAX_DAYS: i64 = 36_500;

/// Parses `7d`, `12h`, `30m`, a date (its start in UTC), or an instant such as `2026-11-21T08:00:00Z`.
///
/// # Errors
/// `Invalid` for anything else.
pub fn parse(text: &str, now: Timestamp) -> Result<Timestamp> {
    let text = text.trim();
    let ago = [("d", 86_400), ("h", 3_600), ("m", 60)].into_iter().find_map(|(unit, seconds)| {
        let count: u32 = text.strip_suffix(unit)?.parse().ok()?;
        let seconds = i64::from(count) * seconds;
        (seconds <= MAX_DAYS * 86_400).then(|| now.checked_sub(SignedDuration::from_secs(seconds)).ok())?
    });
    let date = || text.parse::<Date>().ok().filter(|_| text.len() == 10)?.to_zoned(TimeZone::UTC).ok();
    let instant = || text.parse::<Timestamp>().ok();
    ago.or_else(|| date().map(|day| day.timestamp())).or_else(instant).ok_or_else(|| {
        Error::invalid("not an instant in the past").hint("give 7d, 12h, a date, or 2026-11-21T08:00:00Z")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_durations_dates_and_instants_are_parsed() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let read = |text: &str| parse(text, now).map(|at| at.to_string()).ok();

        assert_eq!(read("7d").as_deref(), Some("2026-11-14T12:00:00Z"));
        assert_eq!(read(" 90m ").as_deref(), Some("2026-11-21T10:30:00Z"));
        assert_eq!(read("2026-11-01").as_deref(), Some("2026-11-01T00:00:00Z"));
        assert_eq!(read("2026-11-01T02:00:00+02:00").as_deref(), Some("2026-11-01T00:00:00Z"));
        for wrong in ["", "7", "d", "-1d", "7w", "99999999d", "4294967296h", "yesterday", "2026-13-01", "2026-11-01T"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
