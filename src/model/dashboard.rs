//! Totals over time, as a dashboard draws them.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use jiff::ToSpan as _;
use jiff::civil::Date;

/// The length of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Bin {
    /// From Monday.
    Week,
    /// From the 1st.
    Month,
    /// From the 1st of January, April, July or October.
    Quarter,
    /// From 1 January.
    Year,
}

impl Bin {
    /// Reads a name; `None` for one that is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            "quarter" => Some(Self::Quarter),
            "year" => Some(Self::Year),
            _ => None,
        }
    }

    /// Returns the first day of the bar that a day belongs to.
    #[must_use]
    pub fn start(self, day: Date) -> Date {
        let first_of = |month: i8| Date::new(day.year(), month, 1).unwrap_or(day);
        match self {
            Self::Week => day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days()),
            Self::Month => first_of(day.month()),
            Self::Quarter => first_of((day.month() - 1) / 3 * 3 + 1),
            Self::Year => first_of(1),
        }
    }
}

/// Entries and words of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DayTotal {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Entries.
    pub entry_count: i64,
    /// Words.
    pub total_words: i64,
}

/// Days with entries.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Heatmap {
    /// First date, as asked.
    pub from: Option<String>,
    /// Last date, as asked.
    pub to: Option<String>,
    /// Earliest first; days without entries are left out.
    pub days: Vec<DayTotal>,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bar {
    /// Its first day.
    pub bin_start: String,
    /// Entries.
    pub entry_count: i64,
    /// Words.
    pub total_words: i64,
}

/// Entries and words over time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Writing {
    /// First date, as asked.
    pub from: Option<String>,
    /// Last date, as asked.
    pub to: Option<String>,
    /// The length of a bar.
    pub bin: Bin,
    /// Earliest first; bars without entries are left out.
    pub bins: Vec<Bar>,
}

/// Entries of about one length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bucket {
    /// Fewest words.
    pub range_start: i64,
    /// One more than the most words.
    pub range_end: i64,
    /// Entries.
    pub count: i64,
}

/// How long entries are.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Lengths {
    /// First date, as asked.
    pub from: Option<String>,
    /// Last date, as asked.
    pub to: Option<String>,
    /// Words a bucket spans.
    pub bucket_size: i64,
    /// Shortest first; empty ones are left out.
    pub buckets: Vec<Bucket>,
    /// Over all entries.
    pub stats: LengthStats,
}

/// Words of entries; all 0 without entries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct LengthStats {
    /// Fewest.
    pub min: i64,
    /// Most.
    pub max: i64,
    /// Mean, to one decimal.
    pub avg: f64,
    /// Median, to one decimal.
    pub median: f64,
    /// Entries.
    pub total_entries: i64,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_bar_begins_where_its_week_month_quarter_or_year_does() {
        let day = date(2026, 5, 14);

        assert_eq!(Bin::Week.start(day), date(2026, 5, 11));
        assert_eq!(Bin::Week.start(date(2026, 1, 1)), date(2025, 12, 29));
        assert_eq!(Bin::Month.start(day), date(2026, 5, 1));
        assert_eq!(Bin::Quarter.start(day), date(2026, 4, 1));
        assert_eq!(Bin::Quarter.start(date(2026, 12, 31)), date(2026, 10, 1));
        assert_eq!(Bin::Year.start(day), date(2026, 1, 1));
    }
}
