//! Date and time as text, in the spellings of EXIF, ISO 8601 and the formats based on it.

use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use regex::Regex;

use crate::services::ingest::dating::CaptureTime;

static STAMP: LazyLock<Regex> = LazyLock::new(|| {
    let date = r"^\s*([0-9]{4})[-:/. ]([0-9]{2})[-:/. ]([0-9]{2})";
    let time = r"[Tt\s_]+([0-9]{2})[:.-]([0-9]{2})(?:[:.-]([0-9]{2})(?:[.,][0-9]+)?)?";
    let zone = r"\s*(?:(Z|z|UTC)|[+-][0-9]{2}:?[0-9]{2})?";
    Regex::new(&format!("{date}(?:{time}{zone})?[\\s\\x00]*$")).expect("the form of a stamp is a constant and valid")
});

/// Parses a complete date with an optional time and zone; `None` for a year alone and for what is not in the calendar.
pub(super) fn parse(text: &str) -> Option<CaptureTime> {
    let found = STAMP.captures(text.trim_end_matches('\0'))?;
    let number = |group: usize| found.get(group).and_then(|part| part.as_str().parse::<i8>().ok());
    let day = Date::new(found[1].parse().ok()?, number(2)?, number(3)?).ok()?;
    let Some(hour) = number(4) else { return Some(CaptureTime::Day(day)) };
    let at = day.to_datetime(Time::new(hour, number(5)?, number(6).unwrap_or(0).min(59), 0).ok()?);
    if found.get(7).is_some() {
        return TimeZone::UTC.to_timestamp(at).ok().map(CaptureTime::Instant);
    }
    // The clock of the device is kept; its offset does not change the day.
    Some(CaptureTime::Local(at))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn stamps_are_parsed_in_their_spellings() {
        let at = date(2019, 7, 4).at(21, 15, 0, 0);
        for text in [
            "2019:07:04 21:15:00",
            "2019-07-04T21:15:00",
            "2019/07/04 21-15-00\0",
            "2019-07-04 21:15",
            "2019-07-04T21:15:00+0530",
            "2019:07:04 21:15:00.25+05:30",
        ] {
            assert_eq!(parse(text), Some(CaptureTime::Local(at)), "{text}");
        }
        for text in ["2019-07-04T21:15:00Z", "2019-07-04 21:15:00 UTC", "2019-07-04 21:15:00.000000Z"] {
            assert_eq!(parse(text), Some(CaptureTime::Instant("2019-07-04T21:15:00Z".parse().unwrap())), "{text}");
        }
        assert_eq!(parse("2019-07-04"), Some(CaptureTime::Day(date(2019, 7, 4))));
        for text in
            ["", "2019", "2019-07", "    :  :     :  :  ", "0000:00:00 00:00:00", "2019-02-30", "2019-07-04T25:00", "x"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
