//! Mood tools: trends and backfill of scores.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::mood::{MoodBucket, MoodDimension, MoodScoringMode, TimeBin};
use crate::domain::scope::Scope;
use crate::domain::text;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::{self, MoodBackfillRequest};
use crate::mcp::job_progress;
use crate::mcp::tool::{Tool, ToolCall, ToolEffect, ToolOutput};
use crate::mcp::tools::date_range_args::DateRangeArgs;
use crate::mcp::tools::list_text::format_count;
use crate::services::mood;

/// Maximum number of lines in a response.
const MAX_LINES: usize = 500;
/// Length of the longest bar in characters.
const MAX_BAR_LENGTH: f64 = 10.0;
/// Maximum length of a dimension's name, in code points.
const MAX_NAME_CHARS: usize = 60;

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new(
            "journal_get_mood_trends",
            "Get mood trends",
            "Averages the moods of journal entries over time: one line per period and dimension, with the number \
             of entries.",
            (&[Scope::EntriesRead], ToolEffect::Reads),
            trends,
        ),
        Tool::new(
            "journal_backfill_mood_scores_batch",
            "Backfill mood scores",
            "Scores the moods of many journal entries. A long run continues as a job.",
            (&[Scope::EntriesRead, Scope::EntriesWrite], ToolEffect::Replaces),
            backfill,
        )
        .with_object(),
    ]
}

/// Period and granularity.
#[derive(Deserialize, JsonSchema)]
struct MoodTrendArgs {
    #[serde(flatten)]
    between: DateRangeArgs,
    /// day, week, month, quarter or year.
    #[serde(default = "default_granularity")]
    granularity: String,
}

fn default_granularity() -> String {
    "week".to_owned()
}

async fn trends(call: ToolCall, given: MoodTrendArgs) -> Result<String> {
    let step = TimeBin::from_name(given.granularity.trim())
        .ok_or_else(|| Error::invalid("unknown granularity").hint("use day, week, month, quarter or year"))?;
    let trends = mood::trends(&call.ctx, given.between.into(), step, Vec::new()).await?;
    let measures = mood::list_dimensions(&call.ctx).await?.dimensions;
    if trends.bins.is_empty() {
        return Ok("No mood scores in this period.".to_owned());
    }
    // The newest lines are kept if not all fit.
    let left_out = trends.bins.len().saturating_sub(MAX_LINES);
    let mut lines: Vec<String> = trends.bins.iter().skip(left_out).map(|bar| format_bin(bar, &measures)).collect();
    if left_out > 0 {
        lines.insert(0, format!("({left_out} earlier lines left out; narrow the dates or use a coarser granularity)"));
    }
    Ok(format!("Moods by {}:\n{}", step.name(), lines.join("\n")))
}

fn format_bin(bar: &MoodBucket, measures: &[MoodDimension]) -> String {
    let range = measures.iter().find(|one| one.name == bar.dimension).map(|one| (one.score_min, one.score_max));
    let (least, most) = range.unwrap_or((-1.0, 1.0));
    let share = ((bar.avg_score - least) / (most - least)).clamp(0.0, 1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is between 0 and 10")]
    let length = (share * MAX_BAR_LENGTH).round() as usize;
    let name = text::preview(&bar.dimension, MAX_NAME_CHARS);
    let entries = format_count(bar.entry_count, "entry", "entries");
    // Adding 0 turns -0 into 0.
    let average = (bar.avg_score * 100.0).round() / 100.0 + 0.0;
    format!("{} {name} {average:+.2} ({entries}) {}", bar.period, "+".repeat(length)).trim_end().to_owned()
}

/// Entries to score.
#[derive(Deserialize, JsonSchema)]
struct MoodBackfillArgs {
    /// stale-only: entries without a current score; force: all.
    mode: String,
    #[serde(flatten)]
    between: DateRangeArgs,
}

async fn backfill(call: ToolCall, given: MoodBackfillArgs) -> Result<ToolOutput> {
    let Some(mode) = MoodScoringMode::from_name(given.mode.trim()) else {
        return Ok(failed_output(&Error::invalid("mode is neither stale-only nor force")));
    };
    let request = MoodBackfillRequest { mode, between: given.between.into() };
    match jobs::enqueue_mood_backfill(&call.ctx, request).await {
        Ok(job) => job_progress::job_outcome(&call, job).await,
        Err(error) if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict) => Ok(failed_output(&error)),
        Err(error) => Err(error),
    }
}

/// Returns the output for a backfill that could not be queued.
fn failed_output(error: &Error) -> ToolOutput {
    let hint = error.hint_text().map_or_else(String::new, |hint| format!("; {hint}"));
    job_progress::not_queued(&format!("{error}{hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_the_signed_average_and_a_bar_in_range() {
        let measure = |name: &str, score_min: f64| MoodDimension {
            name: name.to_owned(),
            positive_pole: String::new(),
            negative_pole: String::new(),
            scale_type: "unipolar",
            score_min,
            score_max: 1.0,
            notes: String::new(),
        };
        let measures = [measure("agency", 0.0), measure("joy", -1.0)];
        let cases = [
            ("joy", 0.0, 1, "2026-05-11 joy +0.00 (1 entry) +++++"),
            ("joy", -0.001, 2, "2026-05-11 joy +0.00 (2 entries) +++++"),
            ("joy", -1.0, 1, "2026-05-11 joy -1.00 (1 entry)"),
            ("joy", 1.0, 3, "2026-05-11 joy +1.00 (3 entries) ++++++++++"),
            ("joy", -0.456, 3, "2026-05-11 joy -0.46 (3 entries) +++"),
            ("agency", 0.0, 1, "2026-05-11 agency +0.00 (1 entry)"),
            ("agency", 0.5, 1, "2026-05-11 agency +0.50 (1 entry) +++++"),
            ("agency", 0.96, 1, "2026-05-11 agency +0.96 (1 entry) ++++++++++"),
            ("retired", 0.0, 1, "2026-05-11 retired +0.00 (1 entry) +++++"),
        ];
        for (dimension, avg_score, entry_count, shown) in cases {
            let bar = MoodBucket {
                period: "2026-05-11".to_owned(),
                dimension: dimension.to_owned(),
                avg_score,
                entry_count,
                score_min: avg_score,
                score_max: avg_score,
            };

            assert_eq!(format_bin(&bar, &measures), shown);
        }
    }
}
