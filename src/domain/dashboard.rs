//! Aggregates over time for dashboard charts.

use jiff::ToSpan as _;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::named_enum::named_enum;

named_enum! {
    /// Length of a time bucket.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum ChartBin {
        /// Week, from Monday.
        Week = "week",
        /// Calendar month.
        Month = "month",
        /// Calendar quarter.
        Quarter = "quarter",
        /// Calendar year.
        Year = "year",
    }
}

impl ChartBin {
    /// Returns the first day of the bucket that contains `day`.
    #[must_use]
    pub fn start_of(self, day: Date) -> Date {
        let first_of = |month: i8| Date::new(day.year(), month, 1).unwrap_or(day);
        match self {
            Self::Week => day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days()),
            Self::Month => first_of(day.month()),
            Self::Quarter => first_of((day.month() - 1) / 3 * 3 + 1),
            Self::Year => first_of(1),
        }
    }
}

/// Entry and word count of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DayTotal {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Number of entries.
    pub entry_count: i64,
    /// Number of words.
    pub total_words: i64,
}

/// Writing activity per day.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WritingHeatmap {
    /// First date of the range, as requested.
    pub from: Option<String>,
    /// Last date of the range, as requested.
    pub to: Option<String>,
    /// Ascending by date; days without entries are omitted.
    pub days: Vec<DayTotal>,
}

/// Entry and word count of one time bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TimeBucket {
    /// First day of the bucket.
    pub bin_start: String,
    /// Number of entries.
    pub entry_count: i64,
    /// Number of words.
    pub total_words: i64,
}

/// Entry and word counts over time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WritingActivity {
    /// First date of the range, as requested.
    pub from: Option<String>,
    /// Last date of the range, as requested.
    pub to: Option<String>,
    /// Length of a bucket.
    pub bin: ChartBin,
    /// Ascending by date; buckets without entries are omitted.
    pub bins: Vec<TimeBucket>,
}

/// Histogram bucket of entry lengths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LengthBucket {
    /// Lower bound in words, inclusive.
    pub range_start: i64,
    /// Upper bound in words, exclusive.
    pub range_end: i64,
    /// Number of entries.
    pub count: i64,
}

/// Histogram of entry lengths.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LengthHistogram {
    /// First date of the range, as requested.
    pub from: Option<String>,
    /// Last date of the range, as requested.
    pub to: Option<String>,
    /// Width of a bucket in words.
    pub bucket_size: i64,
    /// Ascending by length; empty buckets are omitted.
    pub buckets: Vec<LengthBucket>,
    /// Statistics over all entries of the range.
    pub stats: LengthStats,
}

/// Word count statistics; all 0 without entries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct LengthStats {
    /// Minimum.
    pub min: i64,
    /// Maximum.
    pub max: i64,
    /// Mean, rounded to one decimal.
    pub avg: f64,
    /// Median, rounded to one decimal.
    pub median: f64,
    /// Number of entries.
    pub total_entries: i64,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_bucket_starts_with_its_week_month_quarter_or_year() {
        let day = date(2026, 5, 14);

        assert_eq!(ChartBin::Week.start_of(day), date(2026, 5, 11));
        assert_eq!(ChartBin::Week.start_of(date(2026, 1, 1)), date(2025, 12, 29));
        assert_eq!(ChartBin::Month.start_of(day), date(2026, 5, 1));
        assert_eq!(ChartBin::Quarter.start_of(day), date(2026, 4, 1));
        assert_eq!(ChartBin::Quarter.start_of(date(2026, 12, 31)), date(2026, 10, 1));
        assert_eq!(ChartBin::Year.start_of(day), date(2026, 1, 1));
    }
}
