//! Date and time as text, in the spellings of EXIF, ISO 8601 and the formats based on it.

use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};
use regex::Regex;

use crate::services::ingest::capture_time::capture_stamp::CaptureStamp;

static STAMP: LazyLock<Regex> = LazyLock::new(|| {
    let date = r"^\s*([0-9]{4})[-:/. ]([0-9]{2})[-:/. ]([0-9]{2})";
    let time = r"[Tt\s_]+([0-9]{2})[:.-]([0-9]{2})(?:[:.-]([0-9]{2})(?:[.,][0-9]+)?)?";
    let zone = r"\s*(?:(Z|z|UTC)|([+-])([0-9]{2}):?([0-9]{2}))?";
    Regex::new(&format!("{date}(?:{time}{zone})?[\\s\\x00]*$")).expect("the form of a stamp is a constant and valid")
});

/// Parses a complete date with an optional time and zone; `None` for a year alone and for what is not in the calendar.
pub(super) fn parse(text: &str) -> Option<CaptureStamp> {
    let found = STAMP.captures(text.trim_end_matches('\0'))?;
    let number = |group: usize| found.get(group).and_then(|part| part.as_str().parse::<i8>().ok());
    let day = Date::new(found[1].parse().ok()?, number(2)?, number(3)?).ok()?;
    let Some(hour) = number(4) else { return Some(CaptureStamp::Day(day)) };
    let at = day.to_datetime(Time::new(hour, number(5)?, number(6).unwrap_or(0).min(59), 0).ok()?);
    if found.get(7).is_some() {
        return TimeZone::UTC.to_timestamp(at).ok().map(CaptureStamp::Instant);
    }
    let offset = match found.get(8).map(|sign| sign.as_str()) {
        Some(sign) => {
            let seconds = i32::from(number(9)?) * 3600 + i32::from(number(10)?) * 60;
            Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()
        }
        None => None,
    };
    Some(CaptureStamp::Local { at, offset })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn stamps_are_parsed_in_their_spellings() {
        let at = date(2019, 7, 4).at(21, 15, 0, 0);
        let local = |offset| Some(CaptureStamp::Local { at, offset });

        for text in ["2019:07:04 21:15:00", "2019-07-04T21:15:00", "2019/07/04 21-15-00\0", "2019-07-04 21:15"] {
            assert_eq!(parse(text), local(None), "{text}");
        }
        for text in ["2019-07-04T21:15:00+0530", "2019:07:04 21:15:00.25+05:30"] {
            assert_eq!(parse(text), local(Some(Offset::from_seconds(19_800).unwrap())), "{text}");
        }
        for text in ["2019-07-04T21:15:00Z", "2019-07-04 21:15:00 UTC", "2019-07-04 21:15:00.000000Z"] {
            assert_eq!(parse(text), Some(CaptureStamp::Instant("2019-07-04T21:15:00Z".parse().unwrap())), "{text}");
        }
        assert_eq!(parse("2019-07-04"), Some(CaptureStamp::Day(date(2019, 7, 4))));
        for text in
            ["", "2019", "2019-07", "    :  :     :  :  ", "0000:00:00 00:00:00", "2019-02-30", "2019-07-04T25:00", "x"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
