//! Dates as they are written, and the days they mean.

use std::ops::Range;

use jiff::civil::{Date, Weekday};

use crate::domain::calendar::EntryMinute;
use crate::domain::date_reader::months::LanguageSet;
use crate::domain::entry_date::DateBounds;

/// Years that a date without a year may be in the past. Weekdays repeat after 28 years.
const MAX_YEARS_BACK: i16 = 28;

/// Place that a date is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateContext {
    /// Name of a file or folder: `_` and `-` separate words, and digits follow letters directly.
    FileName,
    /// Value that is a date, such as a field of front matter.
    FieldValue,
    /// Running text.
    RunningText,
}

/// Form of a written date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateForm {
    /// `2024-03-05`
    YearFirst,
    /// `20240305`
    CompactDigits,
    /// `05/03/2024`
    DigitParts,
    /// `5 March 2024`
    DayAndName,
    /// `March 5, 2024`
    NameAndDay,
    /// `2024年3月5日`
    Ideographic,
    /// `2024-W10-2`
    WeekDate,
}

/// Reason to doubt a written date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateDoubt {
    /// The written weekday is not that of the date.
    ContradictingWeekday,
    /// Day and month can be exchanged and nothing says which is first.
    AmbiguousOrder,
    /// A range of days such as `5-7 March`, of which this is the first.
    SeveralDays,
}

/// Day as written, before its weekday and time are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct WrittenDay {
    pub(super) form: DateForm,
    pub(super) year: Option<i16>,
    pub(super) month: i8,
    pub(super) day: i8,
    /// Languages of the month's name.
    pub(super) languages: LanguageSet,
    pub(super) is_ambiguous: bool,
    pub(super) is_range: bool,
}

impl WrittenDay {
    /// Returns a day of digits.
    pub(super) fn of_digits(form: DateForm, year: i64, month: i64, day: i64) -> Option<Self> {
        Some(Self {
            form,
            year: Some(i16::try_from(year).ok()?),
            month: i8::try_from(month).ok()?,
            day: i8::try_from(day).ok()?,
            languages: LanguageSet::ALL,
            is_ambiguous: false,
            is_range: false,
        })
    }

    /// Returns whether the calendar has the day.
    pub(super) fn exists(&self) -> bool {
        // 2000 is a leap year.
        Date::new(self.year.unwrap_or(2000), self.month, self.day).is_ok()
    }
}

/// Date found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateReading {
    /// Bytes of the date, with its weekday and time.
    pub span: Range<usize>,
    /// Form of the date.
    pub form: DateForm,
    /// Year, if one is written.
    pub year: Option<i16>,
    /// Month, 1 to 12.
    pub month: i8,
    /// Day of the month.
    pub day: i8,
    /// Weekday written next to the date.
    pub weekday: Option<Weekday>,
    /// Time written next to the date; an instant is in the calendar's zone.
    pub minute: Option<EntryMinute>,
    /// Reason to doubt the date.
    pub doubt: Option<DateDoubt>,
    /// A zone is written, so that date and time are those of the instant in the calendar's zone.
    pub is_instant: bool,
}

impl DateReading {
    /// Returns the date if it has a year.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        Date::new(self.year?, self.month, self.day).ok()
    }

    /// Returns the date in a year; `None` for 29 February in most years.
    #[must_use]
    pub fn in_year(&self, year: i16) -> Option<Date> {
        Date::new(year, self.month, self.day).ok()
    }

    /// Returns the most recent such day up to `today` within 28 years, preferring a year in which it falls on the
    /// written weekday.
    #[must_use]
    pub fn most_recent(&self, today: Date, bounds: DateBounds) -> Option<Date> {
        let past: Vec<_> = (0..=MAX_YEARS_BACK)
            .filter_map(|back| self.in_year(today.year() - back))
            .filter(|&date| date <= today && bounds.contains(date))
            .collect();
        let fitting = past.iter().find(|date| self.weekday == Some(date.weekday()));
        fitting.or(past.first()).copied()
    }
}
