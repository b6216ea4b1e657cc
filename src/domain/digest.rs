//! Weekly digest and "on this day" views.

use jiff::ToSpan as _;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::entry::EntrySummary;
use crate::domain::id::EntryId;
use crate::domain::writing_streaks::WritingStreaks;
use crate::error::{Error, Result};

/// Entries of this day in earlier years.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OnThisDay {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Descending by year; years without an entry are omitted.
    pub years: Vec<EarlierYear>,
}

/// Entries of this day in one earlier year.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EarlierYear {
    /// `YYYY-MM-DD`: the same day; 29 February maps to 28 February in common years, and 28 February to both days of a
    /// leap year.
    pub date: String,
    /// Number of years before the day.
    pub years_ago: i64,
    /// Entries of that day, last written first.
    pub items: Vec<EntrySummary>,
    /// Total number of entries.
    pub total: i64,
}

/// ISO 8601 week, Monday to Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsoWeek(ISOWeekDate);

impl IsoWeek {
    /// Returns the week that contains `day`.
    #[must_use]
    pub fn containing(day: Date) -> Self {
        Self(day.iso_week_date())
    }

    /// Parses an ISO 8601 week, `YYYY-Www`.
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
        // The week and the one before must be within the calendar's range.
        first
            .filter(|_| (1..9999).contains(&year))
            .map(Self)
            .ok_or_else(|| Error::invalid("the year has no such week").hint("a year has 52 weeks, some have 53"))
    }

    /// Returns the Monday of the week.
    #[must_use]
    pub fn monday(self) -> Date {
        let day = self.0.date();
        day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
    }

    /// Returns the Sunday of the week.
    #[must_use]
    pub fn sunday(self) -> Date {
        self.monday().saturating_add(6.days())
    }

    /// Returns the previous week.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::containing(self.monday().saturating_sub(1.day()))
    }

    /// Returns the week as `YYYY-Www`.
    #[must_use]
    pub fn name(self) -> String {
        format!("{:04}-W{:02}", self.0.year(), self.0.week())
    }
}

/// Writing totals of one week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WritingSummary {
    /// Number of entries.
    pub entries: i64,
    /// Number of words.
    pub words: i64,
    /// Number of days with an entry.
    pub days: i64,
}

/// Mood dimension averaged over a week.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WeeklyMood {
    /// Name of the dimension.
    pub dimension: String,
    /// Mean over the entries, rounded to two decimals; an owner's score takes precedence over a model's.
    pub average: f64,
    /// Number of scored entries.
    pub entries: i64,
    /// Change from the week before; null if that week has no score.
    pub change: Option<f64>,
}

/// Person mentioned in a week's entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WeeklyPerson {
    /// Canonical name.
    pub name: String,
    /// Number of entries that mention the person.
    pub entries: i64,
}

/// Entry of an earlier year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DigestHighlight {
    /// The entry.
    pub entry_id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// Title, or the first words of the text.
    pub preview: String,
}

/// Counts of a weekly digest, free of journal text and names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DigestCounts {
    /// `YYYY-Www`.
    pub week: String,
    /// Monday of the week.
    pub from: String,
    /// Sunday of the week.
    pub to: String,
    /// Totals of the week.
    pub written: WritingSummary,
    /// Totals of the week before.
    pub before: WritingSummary,
    /// Streaks as of the end of the week, or as of today in the current week.
    pub streaks: WritingStreaks,
    /// Number of dimensions with a score.
    pub mood_dimensions: i64,
    /// Number of people mentioned.
    pub people_mentioned: i64,
    /// Number of entries on the same days in earlier years.
    pub entries_in_earlier_years: i64,
}

/// Weekly digest.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WeeklyDigest {
    /// Counts.
    #[serde(flatten)]
    pub numbers: DigestCounts,
    /// Average moods, by name of the dimension.
    pub moods: Vec<WeeklyMood>,
    /// People, most mentioned first; at most ten.
    pub people: Vec<WeeklyPerson>,
    /// Entries on the same days in earlier years, latest year first; at most ten.
    pub on_this_day: Vec<DigestHighlight>,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn weeks_are_numbered_as_iso_8601_says() {
        let cases = [
            (date(2026, 1, 1), "2026-W01", date(2025, 12, 29), date(2026, 1, 4), "2025-W52"),
            (date(2021, 1, 3), "2020-W53", date(2020, 12, 28), date(2021, 1, 3), "2020-W52"),
            (date(2026, 11, 22), "2026-W47", date(2026, 11, 16), date(2026, 11, 22), "2026-W46"),
        ];
        for (day, name, first, last, before) in cases {
            let week = IsoWeek::containing(day);

            assert_eq!((week.name().as_str(), week.monday(), week.sunday()), (name, first, last));
            assert_eq!(week.previous().name(), before);
            assert_eq!(IsoWeek::parse(name).unwrap().monday(), first);
        }
        assert!(IsoWeek::parse("2020-W53").is_ok());
    }

    #[test]
    fn an_invalid_week_is_refused() {
        let wrong = "2026 2026-47 2026-W 2026-W0 2026-W00 2026-W54 2025-W53 2026-w07 2026-W7 26-W07 +026-W07 2026-W+7 \
             0000-W01 9999-W52 2026-W007 x ２026-W07 2026-W07-1";
        for text in wrong.split_whitespace().chain([""]) {
            assert!(IsoWeek::parse(text).is_err(), "{text}");
        }
    }
}
