//! Moods as they are shown: what they are measured by, how an entry lies, how they run over time.

use jiff::ToSpan as _;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::error::Error;
use crate::error::Result;
use crate::model::dashboard::Bin;
use crate::model::id::EntryId;

/// The model of a score that nobody but the owner gave.
pub const OWNER: &str = "owner";
/// The model of a score that was made on this machine.
pub const BUILT_IN: &str = "built-in";

/// Returns the dimension that a chart is about.
///
/// # Errors
/// `Invalid` with the code `missing_dimension` where none is named.
pub fn wanted(dimension: Option<String>) -> Result<String> {
    dimension
        .filter(|name| !name.trim().is_empty())
        .ok_or_else(|| Error::invalid("there is no dimension").code("missing_dimension").hint("send `dimension`"))
}

/// The length of a step of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// A day
    Day,
    /// From Monday
    #[default]
    Week,
    /// From the 1st
    Month,
    /// From the 1st of January, April, July or October
    Quarter,
    /// From 1 January
    Year,
}

impl Step {
    /// Reads a name; `None` for one that is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            "quarter" => Some(Self::Quarter),
            "year" => Some(Self::Year),
            _ => None,
        }
    }

    /// Returns the name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// Returns the first day of the step that a day belongs to.
    #[must_use]
    pub fn start(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week => Bin::Week.start(day),
            Self::Month => Bin::Month.start(day),
            Self::Quarter => Bin::Quarter.start(day),
            Self::Year => Bin::Year.start(day),
        }
    }

    /// Returns the first day of the step after one that begins on a day.
    #[must_use]
    pub fn after(self, start: Date) -> Date {
        start.saturating_add(match self {
            Self::Day => 1.day(),
            Self::Week => 1.week(),
            Self::Month => 1.month(),
            Self::Quarter => 3.months(),
            Self::Year => 1.year(),
        })
    }
}

/// Which entries a run scores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Those that lack a score, or were changed since they got theirs.
    #[default]
    StaleOnly,
    /// All.
    Force,
}

impl Mode {
    /// Reads a name; `None` for one that is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "stale-only" => Some(Self::StaleOnly),
            "force" => Some(Self::Force),
            _ => None,
        }
    }

    /// Returns the name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StaleOnly => "stale-only",
            Self::Force => "force",
        }
    }
}

/// One thing that moods are measured by.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Measure {
    /// Its name.
    pub name: String,
    /// What its high end is called.
    pub positive_pole: String,
    /// What its low end is called.
    pub negative_pole: String,
    /// `bipolar` or `unipolar`.
    pub scale_type: &'static str,
    /// Lowest score.
    pub score_min: f64,
    /// Highest score.
    pub score_max: f64,
    /// What is looked at.
    pub notes: String,
}

/// What moods are measured by, in the order of the file; nothing while moods are not scored.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Measures {
    /// One by one.
    pub dimensions: Vec<Measure>,
    /// About the file.
    pub meta: Meta,
}

/// About a file of dimensions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Meta {
    /// What it calls its version; empty if it does not.
    pub version: String,
    /// What it says of itself; empty if it does not.
    pub description: String,
}

/// The moods of one step of time on one dimension.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Bar {
    /// First day of the step.
    pub period: String,
    /// The dimension.
    pub dimension: String,
    /// Mean of the scores.
    pub avg_score: f64,
    /// Entries with a score.
    pub entry_count: i64,
    /// Lowest of them.
    pub score_min: f64,
    /// Highest of them.
    pub score_max: f64,
}

/// Moods over time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Trends {
    /// First date, as asked.
    pub from: Option<String>,
    /// Last date, as asked.
    pub to: Option<String>,
    /// The length of a step.
    pub bin: Step,
    /// Earliest first, then by dimension; steps without scores are left out.
    pub bins: Vec<Bar>,
}

/// How one entry lies on one dimension.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Point {
    /// The entry.
    pub entry_id: EntryId,
    /// Its date.
    pub entry_date: String,
    /// The score that counts: the owner's, where there is one.
    pub score: f64,
    /// How sure the scorer is, 0 to 1.
    pub confidence: Option<f64>,
    /// Why, in the scorer's words.
    pub rationale: Option<String>,
}

/// How single entries lie on one dimension.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Drilldown {
    /// As asked.
    pub dimension: String,
    /// First date, as asked.
    pub from: String,
    /// Last date, as asked.
    pub to: String,
    /// By date and number.
    pub entries: Vec<Point>,
}

/// A score of an entry, with where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Score {
    /// The dimension.
    pub dimension: String,
    /// The score that counts: the owner's, where there is one.
    pub score: f64,
    /// What was scored; none where only the owner said something.
    pub model_score: Option<f64>,
    /// What the owner says.
    pub owner_score: Option<f64>,
    /// What the owner wrote beside it.
    pub owner_note: Option<String>,
    /// When the owner said so, account timestamp.
    pub owner_at: Option<String>,
    /// How sure the scorer is, 0 to 1.
    pub confidence: Option<f64>,
    /// Why, in the scorer's words.
    pub rationale: Option<String>,
    /// Who scored: a provider's model, `built-in`, `owner`; empty where that was not kept.
    pub model: String,
    /// Version of what the model was asked; 0 where that was not kept.
    pub prompt_version: i64,
    /// When it was scored, account timestamp.
    pub scored_at: String,
    /// Whether the text was changed since.
    pub is_stale: bool,
    /// Whether moods are no longer measured by this.
    pub is_retired: bool,
    /// Lowest score of the dimension.
    pub score_min: f64,
    /// Highest score of the dimension.
    pub score_max: f64,
}

/// The scores of an entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntryMoods {
    /// The entry.
    pub entry_id: EntryId,
    /// Its date.
    pub entry_date: String,
    /// In the order of the file, then those that moods are no longer measured by.
    pub items: Vec<Score>,
    /// How many.
    pub total: usize,
}

/// Scores of something that moods are no longer measured by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Retired {
    /// Its name.
    pub dimension: String,
    /// Scores that nobody spoke up about.
    pub scores: i64,
    /// Scores that the owner gave or corrected.
    pub owner_scores: i64,
}

/// What scoring would come to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Plan {
    /// Entries to score.
    pub entries: i64,
    /// Entries that are left as they are.
    pub skipped: i64,
    /// Dimensions that each is scored on.
    pub dimensions: usize,
    /// Who would score: a provider's model, or `built-in`.
    pub model: String,
    /// Tokens that would be sent, about; 0 for the built-in scorer, which sends nothing.
    pub input_tokens: i64,
    /// Tokens that would come back, about.
    pub output_tokens: i64,
    /// What that would cost in US dollars, about; none where no price of the model is known.
    pub cost_usd: Option<f64>,
    /// Scores of what moods are no longer measured by, as pruning would find them.
    pub retired: Vec<Retired>,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn steps_begin_and_end_where_people_expect_it() {
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
            let step = Step::named(name).unwrap();

            assert_eq!((step.start(day), step.after(start), step.name()), (start, next, name), "{name} of {day}");
        }
        assert_eq!(["Week", "decade", ""].map(Step::named), [None; 3]);
    }
}
