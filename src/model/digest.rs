//! What a week came to, and what earlier years say of a day.

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::civil::ISOWeekDate;
use jiff::civil::Weekday;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Error;
use crate::error::Result;
use crate::model::entry::Summary;
use crate::model::id::EntryId;

/// Days in a row that have an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Streaks {
    /// Days up to today; up to yesterday while today has no entry yet.
    pub current: i64,
    /// The most there ever were.
    pub longest: i64,
}

impl Streaks {
    /// Counts the runs among days in ascending order, each there once; what comes after `today` does not count.
    #[must_use]
    pub fn of(days: &[Date], today: Date) -> Self {
        let (mut longest, mut run, mut last) = (0, 0, None::<Date>);
        for &day in days.iter().filter(|day| **day <= today) {
            run = if last.and_then(|last| last.tomorrow().ok()) == Some(day) { run + 1 } else { 1 };
            longest = longest.max(run);
            last = Some(day);
        }
        let goes_on = last.is_some_and(|last| last == today || last.tomorrow().is_ok_and(|next| next == today));
        Self { current: if goes_on { run } else { 0 }, longest }
    }
}

/// This day in earlier years.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Today {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Latest year first; years without an entry are left out.
    pub years: Vec<EarlierYear>,
}

/// One day of an earlier year.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EarlierYear {
    /// `YYYY-MM-DD`: the same day, but 28 February where the year has no 29th, and then both days of a leap year.
    pub date: String,
    /// How many years before.
    pub years_ago: i64,
    /// Its entries, last written first.
    pub items: Vec<Summary>,
    /// How many there are in all.
    pub total: i64,
}

/// A week from Monday to Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week(ISOWeekDate);

impl Week {
    /// Returns the week of a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self(day.iso_week_date())
    }

    /// Reads a week written as `YYYY-Www`, as ISO 8601 numbers it.
    ///
    /// # Errors
    /// `Invalid` for any other form, and for a week that the year does not have.
    pub fn parse(text: &str) -> Result<Self> {
        let form = || Error::invalid("the week is not written as YYYY-Www").hint("write it like 2026-W07");
        let (year, week) = text.split_once("-W").ok_or_else(form)?;
        let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(week, 2) {
            return Err(form());
        }
        let number = |text: &str| text.parse::<i16>().map_err(|_| form());
        let (year, week) = (number(year)?, number(week)?);
        let first = i8::try_from(week).ok().and_then(|week| ISOWeekDate::new(year, week, Weekday::Monday).ok());
        // Every day of it must be one of the calendar, and of the week before.
        first
            .filter(|_| (1..9999).contains(&year))
            .map(Self)
            .ok_or_else(|| Error::invalid("the year has no such week").hint("a year has 52 weeks, some have 53"))
    }

    /// Returns its Monday.
    #[must_use]
    pub fn first(self) -> Date {
        let day = self.0.date();
        day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
    }

    /// Returns its Sunday.
    #[must_use]
    pub fn last(self) -> Date {
        self.first().saturating_add(6.days())
    }

    /// Returns the week before.
    #[must_use]
    pub fn before(self) -> Self {
        Self::of(self.first().saturating_sub(1.day()))
    }

    /// Returns its name, `YYYY-Www`.
    #[must_use]
    pub fn name(self) -> String {
        format!("{:04}-W{:02}", self.0.year(), self.0.week())
    }
}

/// What was written in a week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Written {
    /// Entries.
    pub entries: i64,
    /// Words.
    pub words: i64,
    /// Days that have an entry.
    pub days: i64,
}

/// A dimension over a week.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MoodOfWeek {
    /// Name of the dimension.
    pub dimension: String,
    /// Mean over the entries, the owner's word before a model's; to two decimals.
    pub average: f64,
    /// Entries that have a score.
    pub entries: i64,
    /// What changed since the week before; null where that has no score.
    pub change: Option<f64>,
}

/// Somebody the week's entries speak of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonOfWeek {
    /// Their name.
    pub name: String,
    /// Entries that speak of them.
    pub entries: i64,
}

/// An entry of an earlier year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Highlight {
    /// The entry.
    pub entry_id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// Its title, or its first words.
    pub preview: String,
}

/// What a week came to in numbers: not a word of the journal is in it, nor a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Numbers {
    /// `YYYY-Www`.
    pub week: String,
    /// Its Monday.
    pub from: String,
    /// Its Sunday.
    pub to: String,
    /// What was written.
    pub written: Written,
    /// What was written in the week before.
    pub before: Written,
    /// Days in a row up to the end of the week, or today within it; and the most there were until then.
    pub streaks: Streaks,
    /// Dimensions that have a score.
    pub mood_dimensions: i64,
    /// People the entries speak of.
    pub people_mentioned: i64,
    /// Entries of the same days in earlier years.
    pub entries_in_earlier_years: i64,
}

/// What a week came to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Digest {
    /// In numbers.
    #[serde(flatten)]
    pub numbers: Numbers,
    /// Moods, by name of the dimension.
    pub moods: Vec<MoodOfWeek>,
    /// People, those of most entries first; at most ten.
    pub people: Vec<PersonOfWeek>,
    /// Of the same days in earlier years, the latest first; at most ten.
    pub on_this_day: Vec<Highlight>,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_streak_goes_on_until_a_day_is_over_without_an_entry() {
        let days = |list: &[i8]| list.iter().map(|day| date(2026, 3, *day)).collect::<Vec<_>>();
        let cases: [(&[i8], i8, (i64, i64)); 8] = [
            (&[], 10, (0, 0)),
            (&[10], 10, (1, 1)),
            (&[9], 10, (1, 1)),
            (&[8], 10, (0, 1)),
            (&[1, 2, 3, 9, 10], 10, (2, 3)),
            (&[1, 2, 3, 8, 9], 10, (2, 3)),
            (&[1, 2, 3], 10, (0, 3)),
            (&[9, 10, 11], 10, (2, 2)),
        ];
        for (written, today, (current, longest)) in cases {
            let streaks = Streaks::of(&days(written), date(2026, 3, today));

            assert_eq!(streaks, Streaks { current, longest }, "{written:?}");
        }
        assert_eq!(Streaks::of(&[date(2025, 12, 31), date(2026, 1, 1)], date(2026, 1, 1)).current, 2);
    }

    #[test]
    fn weeks_are_numbered_as_iso_8601_says() {
        let cases = [
            (date(2026, 1, 1), "2026-W01", date(2025, 12, 29), date(2026, 1, 4), "2025-W52"),
            (date(2021, 1, 3), "2020-W53", date(2020, 12, 28), date(2021, 1, 3), "2020-W52"),
            (date(2026, 11, 22), "2026-W47", date(2026, 11, 16), date(2026, 11, 22), "2026-W46"),
        ];
        for (day, name, first, last, before) in cases {
            let week = Week::of(day);

            assert_eq!((week.name().as_str(), week.first(), week.last()), (name, first, last));
            assert_eq!(week.before().name(), before);
            assert_eq!(Week::parse(name).unwrap().first(), first);
        }
        assert!(Week::parse("2020-W53").is_ok());
    }

    #[test]
    fn what_is_no_week_is_refused() {
        let wrong = "2026 2026-47 2026-W 2026-W0 2026-W00 2026-W54 2025-W53 2026-w07 2026-W7 26-W07 +026-W07 2026-W+7 \
             0000-W01 9999-W52 2026-W007 x ２026-W07 2026-W07-1";
        for text in wrong.split_whitespace().chain([""]) {
            assert!(Week::parse(text).is_err(), "{text}");
        }
    }
}
