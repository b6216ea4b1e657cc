//! Mood dimensions, scores and statistics.

use jiff::ToSpan as _;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::dashboard::ChartBin;
use crate::domain::id::EntryId;
use crate::domain::named_enum::named_enum;
use crate::error::{Error, Result};

/// `model` of a score that only the owner gave.
pub const OWNER_MODEL: &str = "owner";
/// `model` of a score by the built-in scorer.
pub const BUILT_IN_MODEL: &str = "built-in";

/// Returns the required `dimension` parameter of a chart.
///
/// # Errors
/// `Invalid` with the code `missing_dimension` if it is missing.
pub fn required_dimension(dimension: Option<String>) -> Result<String> {
    dimension
        .filter(|name| !name.trim().is_empty())
        .ok_or_else(|| Error::invalid("there is no dimension").code("missing_dimension").hint("send `dimension`"))
}

named_enum! {
    /// Length of a time bucket.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
    pub enum TimeBin {
        /// One day
        Day = "day",
        /// Week, from Monday
        #[default]
        Week = "week",
        /// Calendar month
        Month = "month",
        /// Calendar quarter
        Quarter = "quarter",
        /// Calendar year
        Year = "year",
    }
}

impl TimeBin {
    /// Returns the first day of the bucket that contains `day`.
    #[must_use]
    pub fn start_of(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week => ChartBin::Week.start_of(day),
            Self::Month => ChartBin::Month.start_of(day),
            Self::Quarter => ChartBin::Quarter.start_of(day),
            Self::Year => ChartBin::Year.start_of(day),
        }
    }

    /// Returns the first day of the bucket after the one that starts on `start`.
    #[must_use]
    pub fn next_start(self, start: Date) -> Date {
        start.saturating_add(match self {
            Self::Day => 1.day(),
            Self::Week => 1.week(),
            Self::Month => 1.month(),
            Self::Quarter => 3.months(),
            Self::Year => 1.year(),
        })
    }
}

named_enum! {
    /// Selection of entries that a scoring run processes.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum MoodScoringMode {
        /// Entries without a score, or changed since they were scored.
        #[default]
        StaleOnly = "stale-only",
        /// All entries.
        Force = "force",
    }
}

/// Mood dimension.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MoodDimension {
    /// Name of the dimension.
    pub name: String,
    /// Name of the high end.
    pub positive_pole: String,
    /// Name of the low end.
    pub negative_pole: String,
    /// `bipolar` or `unipolar`.
    pub scale_type: &'static str,
    /// Lowest score.
    pub score_min: f64,
    /// Highest score.
    pub score_max: f64,
    /// Scoring criteria.
    pub notes: String,
}

/// Mood dimensions in file order; empty while mood scoring is off.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct MoodDimensionList {
    /// Dimensions.
    pub dimensions: Vec<MoodDimension>,
    /// Metadata of the file.
    pub meta: MoodDimensionsMeta,
}

/// Metadata of a dimensions file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MoodDimensionsMeta {
    /// Version of the file; empty if not given.
    pub version: String,
    /// Description of the file; empty if not given.
    pub description: String,
}

/// Scores of one dimension in one time bucket.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MoodBucket {
    /// First day of the bucket.
    pub period: String,
    /// The dimension.
    pub dimension: String,
    /// Mean of the scores.
    pub avg_score: f64,
    /// Number of scored entries.
    pub entry_count: i64,
    /// Lowest score.
    pub score_min: f64,
    /// Highest score.
    pub score_max: f64,
}

/// Mood scores over time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MoodTrends {
    /// First date of the range, as requested.
    pub from: Option<String>,
    /// Last date of the range, as requested.
    pub to: Option<String>,
    /// Length of a bucket.
    pub bin: TimeBin,
    /// Ascending by date, then by dimension; buckets without scores are omitted.
    pub bins: Vec<MoodBucket>,
}

/// Score of one entry on one dimension.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EntryMoodPoint {
    /// The entry.
    pub entry_id: EntryId,
    /// Its date.
    pub entry_date: String,
    /// Effective score: the owner's if there is one.
    pub score: f64,
    /// Confidence of the scorer, 0 to 1.
    pub confidence: Option<f64>,
    /// Rationale given by the scorer.
    pub rationale: Option<String>,
}

/// Scores of single entries on one dimension.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MoodDrilldown {
    /// Requested dimension.
    pub dimension: String,
    /// First date of the range, as requested.
    pub from: String,
    /// Last date of the range, as requested.
    pub to: String,
    /// Ordered by date and id.
    pub entries: Vec<EntryMoodPoint>,
}

/// Score of an entry with its origin.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MoodScore {
    /// The dimension.
    pub dimension: String,
    /// Effective score: the owner's if there is one.
    pub score: f64,
    /// Score of the scorer; null if only the owner gave one.
    pub model_score: Option<f64>,
    /// Score of the owner.
    pub owner_score: Option<f64>,
    /// Note of the owner.
    pub owner_note: Option<String>,
    /// UTC timestamp of the owner's score.
    pub owner_at: Option<String>,
    /// Confidence of the scorer, 0 to 1.
    pub confidence: Option<f64>,
    /// Rationale given by the scorer.
    pub rationale: Option<String>,
    /// Scorer: a provider's model, `built-in` or `owner`; empty if not recorded.
    pub model: String,
    /// Prompt version; 0 if not recorded.
    pub prompt_version: i64,
    /// UTC timestamp of the score.
    pub scored_at: String,
    /// True if the text changed since.
    pub is_stale: bool,
    /// True if the dimension is retired.
    pub is_retired: bool,
    /// Lowest score of the dimension.
    pub score_min: f64,
    /// Highest score of the dimension.
    pub score_max: f64,
}

/// Scores of an entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntryMoods {
    /// The entry.
    pub entry_id: EntryId,
    /// Its date.
    pub entry_date: String,
    /// In file order, then the retired dimensions.
    pub items: Vec<MoodScore>,
    /// Number of scores.
    pub total: usize,
}

/// Stored scores of a retired dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RetiredDimension {
    /// Name of the dimension.
    pub dimension: String,
    /// Number of scores without an owner's score.
    pub scores: i64,
    /// Number of scores the owner gave or corrected.
    pub owner_scores: i64,
}

/// Estimate of a scoring run.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MoodScoringPlan {
    /// Number of entries to score.
    pub entries: i64,
    /// Number of entries skipped.
    pub skipped: i64,
    /// Number of dimensions per entry.
    pub dimensions: usize,
    /// Scorer: a provider's model, or `built-in`.
    pub model: String,
    /// Estimated input tokens; 0 for the built-in scorer, which sends nothing.
    pub input_tokens: i64,
    /// Estimated output tokens.
    pub output_tokens: i64,
    /// Estimated cost in US dollars; null if the price of the model is unknown.
    pub cost_usd: Option<f64>,
    /// Scores of retired dimensions, which pruning would remove.
    pub retired: Vec<RetiredDimension>,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn time_buckets_start_and_end_on_calendar_boundaries() {
        let day = date(2026, 5, 14);
        let cases = [
            ("day", day, date(2026, 5, 14), date(2026, 5, 15)),
            ("day", date(2024, 2, 28), date(2024, 2, 28), date(2024, 2, 29)),
            ("week", day, date(2026, 5, 11), date(2026, 5, 18)),
            ("week", date(2026, 5, 11), date(2026, 5, 11), date(2026, 5, 18)),
            ("week", date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 5)),
            ("month", day, date(2026, 5, 1), date(2026, 6, 1)),
            ("month", date(2024, 12, 31), date(2024, 12, 1), date(2025, 1, 1)),
            ("quarter", day, date(2026, 4, 1), date(2026, 7, 1)),
            ("quarter", date(2026, 12, 31), date(2026, 10, 1), date(2027, 1, 1)),
            ("year", day, date(2026, 1, 1), date(2027, 1, 1)),
        ];
        for (name, day, start, next) in cases {
            let step = TimeBin::from_name(name).unwrap();

            assert_eq!(
                (step.start_of(day), step.next_start(start), step.name()),
                (start, next, name),
                "{name} of {day}"
            );
        }
        assert_eq!(["Week", "decade", ""].map(TimeBin::from_name), [None; 3]);
    }
}
