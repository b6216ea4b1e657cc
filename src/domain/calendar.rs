//! Calendar of a journal: time zone, start of a day, notation of dates, and the time of an entry.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::named_enum::named_enum;
use crate::error::{Error, Result};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// Latest hour at which a day may start.
pub const MAX_DAY_START: u8 = 12;

/// First year of the default window of two-digit years: 1950 to 2049.
pub const DEFAULT_TWO_DIGIT_YEARS: i16 = 1950;

named_enum! {
    /// Order of day, month and year in a date of digits.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum DateOrder {
        /// 25/3/2024
        DayFirst = "dmy",
        /// 3/25/2024
        MonthFirst = "mdy",
        /// 24/3/25
        YearFirst = "ymd",
    }
}

/// Evidence for the order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrderEvidence {
    /// Nothing says which; 03/04/2024 is ambiguous.
    Assumed,
    /// The locale of the process.
    Locale,
    /// The setting.
    Setting,
}

/// Rules of a journal for days and dates.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalCalendar {
    /// Time zone in which instants become days.
    pub zone: TimeZone,
    /// Hour at which a day starts, 0 to [`MAX_DAY_START`]: at 4, an entry of 02:30 belongs to the day before.
    pub day_start: u8,
    /// Order of day, month and year in dates of digits.
    pub date_order: DateOrder,
    /// Evidence for `date_order`.
    pub order_evidence: DateOrderEvidence,
    /// First of the hundred years that a year of two digits can mean.
    pub two_digit_years: i16,
}

impl JournalCalendar {
    /// Returns the calendar of a zone with days from midnight, an assumed day-month order, and years 1950 to 2049.
    #[must_use]
    pub fn for_zone(zone: TimeZone) -> Self {
        Self {
            zone,
            day_start: 0,
            date_order: DateOrder::DayFirst,
            order_evidence: DateOrderEvidence::Assumed,
            two_digit_years: DEFAULT_TWO_DIGIT_YEARS,
        }
    }

    /// Sets the order by the setting (`auto`, `dmy`, `mdy` or `ymd`) and, for `auto`, by a POSIX locale.
    ///
    /// # Errors
    /// `Invalid` for any other setting.
    pub fn with_order(mut self, setting: &str, locale: Option<&str>) -> Result<Self> {
        (self.date_order, self.order_evidence) = match setting {
            "auto" => match locale.and_then(order_of_locale) {
                Some(order) => (order, DateOrderEvidence::Locale),
                None => (DateOrder::DayFirst, DateOrderEvidence::Assumed),
            },
            chosen => match DateOrder::from_name(chosen) {
                Some(order) => (order, DateOrderEvidence::Setting),
                None => return Err(Error::invalid("unknown date order").hint("it is one of auto, dmy, mdy, ymd")),
            },
        };
        Ok(self)
    }

    /// Returns the day to which an instant belongs, and its time.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> (Date, EntryMinute) {
        self.day_of_local(at.to_zoned(self.zone.clone()).datetime())
    }

    /// Returns the day to which a local clock reading belongs, and its time.
    #[must_use]
    pub fn day_of_local(&self, at: DateTime) -> (Date, EntryMinute) {
        let minute = EntryMinute::from_clock(at.hour(), at.minute()).unwrap_or_default();
        let yesterday = at.date().checked_sub(1.day()).ok();
        match yesterday.filter(|_| at.hour() < i8::try_from(self.day_start).unwrap_or_default()) {
            Some(yesterday) => (yesterday, EntryMinute(minute.0 + DAY)),
            None => (at.date(), minute),
        }
    }

    /// Returns the day that an instant belongs to; with the current time, today.
    #[must_use]
    pub fn today(&self, now: Timestamp) -> Date {
        self.day_of(now).0
    }

    /// Returns the time of an entry from a clock reading: before `day_start` it is after midnight of the entry's day.
    #[must_use]
    pub fn minute_of_day(&self, clock: EntryMinute) -> EntryMinute {
        if clock.0 < u16::from(self.day_start) * 60 { EntryMinute(clock.0 + DAY) } else { clock }
    }

    /// Returns the year meant by two digits.
    #[must_use]
    pub fn full_year(&self, two_digits: i16) -> i16 {
        let first = self.two_digit_years;
        first + (two_digits - first).rem_euclid(100)
    }
}

/// Returns the order of a POSIX locale such as `en_US.UTF-8`; `None` for `C`, `POSIX` and names without a language.
fn order_of_locale(locale: &str) -> Option<DateOrder> {
    let name = locale.split(['.', '@']).next().unwrap_or_default();
    let (language, country) = name.split_once(['_', '-']).unwrap_or((name, ""));
    if !(2..=3).contains(&language.len()) || !language.chars().all(|c| c.is_ascii_lowercase()) {
        return None;
    }
    match (language, country) {
        // Both orders are in use.
        ("en", "" | "CA") => None,
        ("en", "US" | "PH") | ("es", "US" | "PR" | "PA") | ("fil", _) => Some(DateOrder::MonthFirst),
        ("zh" | "ja" | "ko" | "hu", _) => Some(DateOrder::YearFirst),
        _ => Some(DateOrder::DayFirst),
    }
}

/// Time of an entry in minutes since 00:00 of its day, 0 to 2879. From 1440 on it is after midnight of a day that ends
/// at the day start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u16", into = "u16")]
#[schemars(with = "u16")]
pub struct EntryMinute(u16);

impl TryFrom<u16> for EntryMinute {
    type Error = Error;

    fn try_from(minutes: u16) -> Result<Self> {
        Self::new(minutes)
            .ok_or_else(|| Error::invalid("the time of day is out of range").hint("use 0 to 2879 minutes"))
    }
}

impl From<EntryMinute> for u16 {
    fn from(minute: EntryMinute) -> Self {
        minute.0
    }
}

impl EntryMinute {
    /// Returns the time of that many minutes; `None` from 2880 on.
    #[must_use]
    pub fn new(minutes: u16) -> Option<Self> {
        (minutes < 2 * DAY).then_some(Self(minutes))
    }

    /// Returns the time of a clock reading; `None` unless it is 00:00 to 23:59.
    #[must_use]
    pub fn from_clock(hour: i8, minute: i8) -> Option<Self> {
        let (hour, minute) = (u16::try_from(hour).ok()?, u16::try_from(minute).ok()?);
        (hour < 24 && minute < 60).then_some(Self(hour * 60 + minute))
    }

    /// Returns the minutes since 00:00 of the entry's day.
    #[must_use]
    pub fn minutes(self) -> u16 {
        self.0
    }
}

/// Shows the clock reading, `HH:MM`.
impl fmt::Display for EntryMinute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 % DAY / 60, self.0 % 60)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn calendar(zone: &str, day_start: u8) -> JournalCalendar {
        JournalCalendar { day_start, ..JournalCalendar::for_zone(TimeZone::get(zone).unwrap()) }
    }

    #[test]
    fn an_instant_belongs_to_the_day_of_zone_and_day_start() {
        let at: Timestamp = "2024-03-06T02:30:00Z".parse().unwrap();
        let day = |zone, start| {
            let (date, minute) = calendar(zone, start).day_of(at);
            (date, minute.to_string(), minute.minutes())
        };

        assert_eq!(day("America/New_York", 0), (date(2024, 3, 5), "21:30".to_owned(), 1290));
        assert_eq!(day("Europe/Berlin", 0), (date(2024, 3, 6), "03:30".to_owned(), 210));
        assert_eq!(day("Europe/Berlin", 4), (date(2024, 3, 5), "03:30".to_owned(), 1650));
        assert_eq!(day("Asia/Tokyo", 4), (date(2024, 3, 6), "11:30".to_owned(), 690));
        assert_eq!(calendar("Europe/Berlin", 4).today(at), date(2024, 3, 5));
    }

    #[test]
    fn a_clock_reading_before_the_day_start_is_after_midnight() {
        let clock = EntryMinute::from_clock(1, 30).unwrap();

        assert_eq!(calendar("UTC", 4).minute_of_day(clock).minutes(), 1530);
        assert_eq!(calendar("UTC", 0).minute_of_day(clock).minutes(), 90);
        assert_eq!(EntryMinute::new(2879).unwrap().to_string(), "23:59");
        assert_eq!(EntryMinute::new(2880), None);
        assert_eq!((EntryMinute::from_clock(24, 0), EntryMinute::from_clock(0, 60)), (None, None));
    }

    #[test]
    fn two_digits_mean_a_year_of_the_window() {
        let mut calendar = calendar("UTC", 0);
        assert_eq!([0, 24, 49, 50, 99].map(|year| calendar.full_year(year)), [2000, 2024, 2049, 1950, 1999]);
        calendar.two_digit_years = 1930;
        assert_eq!([29, 30].map(|year| calendar.full_year(year)), [2029, 1930]);
    }

    #[test]
    fn the_order_comes_from_the_setting_or_the_locale() {
        let read = |setting: &str, locale| {
            let calendar = calendar("UTC", 0).with_order(setting, locale).unwrap();
            (calendar.date_order.name(), calendar.order_evidence)
        };

        assert_eq!(read("mdy", Some("de_DE")), ("mdy", DateOrderEvidence::Setting));
        assert_eq!(read("auto", Some("en_US.UTF-8")), ("mdy", DateOrderEvidence::Locale));
        assert_eq!(read("auto", Some("de_AT@euro")), ("dmy", DateOrderEvidence::Locale));
        assert_eq!(read("auto", Some("ja_JP.UTF-8")), ("ymd", DateOrderEvidence::Locale));
        for unknown in [None, Some("C"), Some("C.UTF-8"), Some("POSIX"), Some(""), Some("en")] {
            assert_eq!(read("auto", unknown), ("dmy", DateOrderEvidence::Assumed), "{unknown:?}");
        }
        assert!(calendar("UTC", 0).with_order("ydm", None).unwrap_err().hint_text().unwrap().contains("mdy"));
    }
}
