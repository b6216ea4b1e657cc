//! Moods: how they run over time, and scoring many entries.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::jobs;
use crate::jobs::Backfill;
use crate::mcp::follow;
use crate::mcp::tool::Call;
use crate::mcp::tool::Effect;
use crate::mcp::tool::Said;
use crate::mcp::tool::Tool;
use crate::mcp::tools::counted;
use crate::model::between::Between;
use crate::model::mood::Bar;
use crate::model::mood::Measure;
use crate::model::mood::Mode;
use crate::model::mood::Step;
use crate::model::scope::Scope;
use crate::model::text;
use crate::mood;

/// Lines of one answer.
const LINES: usize = 500;
/// The longest bar.
const BAR: f64 = 10.0;
/// Code points of a dimension's name, and of a word that is none, which an answer repeats.
const REPEATED: usize = 60;

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new(
            "journal_get_mood_trends",
            "Follow moods",
            "Averages the moods of journal entries over time: one line a period and dimension, with how many entries \
             it rests on.",
            (&[Scope::EntriesRead], Effect::Reads),
            trends,
        ),
        Tool::new(
            "journal_backfill_mood_scores_batch",
            "Score moods",
            "Scores the moods of many journal entries. If it takes long, a job goes on with it.",
            (&[Scope::EntriesRead, Scope::EntriesWrite], Effect::Replaces),
            backfill,
        )
        .with_object(),
    ]
}

/// Moods over time.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Period {
    /// First date, `YYYY-MM-DD`.
    #[serde(default)]
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    #[serde(default)]
    end_date: Option<String>,
    /// day, week, month, quarter or year.
    #[serde(default = "week")]
    granularity: String,
}

fn week() -> String {
    "week".to_owned()
}

async fn trends(call: Call, given: Period) -> Result<String> {
    let step = Step::named(given.granularity.trim())
        .ok_or_else(|| Error::invalid("there is no such granularity").hint("give day, week, month, quarter or year"))?;
    let between = Between { from: given.start_date, to: given.end_date };
    let trends = mood::trends(&call.ctx, between, step, Vec::new()).await?;
    let measures = mood::measures(&call.ctx).await?.dimensions;
    if trends.bins.is_empty() {
        return Ok("No mood scores there.".to_owned());
    }
    // The newest count most where not all fit.
    let left_out = trends.bins.len().saturating_sub(LINES);
    let mut lines: Vec<String> = trends.bins.iter().skip(left_out).map(|bar| line(bar, &measures)).collect();
    if left_out > 0 {
        lines.insert(0, format!("({left_out} earlier lines left out; give dates or a coarser granularity)"));
    }
    Ok(format!("Moods by {}:\n{}", step.name(), lines.join("\n")))
}

fn line(bar: &Bar, measures: &[Measure]) -> String {
    let range = measures.iter().find(|one| one.name == bar.dimension).map(|one| (one.score_min, one.score_max));
    let (least, most) = range.unwrap_or((-1.0, 1.0));
    let share = ((bar.avg_score - least) / (most - least)).clamp(0.0, 1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 0 and 10")]
    let length = (share * BAR).round() as usize;
    let name = text::preview(&bar.dimension, REPEATED);
    let entries = counted(bar.entry_count, "entry", "entries");
    // Adding 0 makes 0 of -0.
    let average = (bar.avg_score * 100.0).round() / 100.0 + 0.0;
    format!("{} {name} {average:+.2} ({entries}) {}", bar.period, "+".repeat(length)).trim_end().to_owned()
}

/// Entries to score.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Order {
    /// stale-only: those that lack a score or were changed since; force: all.
    mode: String,
    /// First date, `YYYY-MM-DD`.
    #[serde(default)]
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    #[serde(default)]
    end_date: Option<String>,
}

async fn backfill(call: Call, given: Order) -> Result<Said> {
    let Some(mode) = Mode::named(given.mode.trim()) else {
        return Ok(refused(&Error::invalid("the mode is neither stale-only nor force")));
    };
    let between = Between { from: given.start_date, to: given.end_date };
    match jobs::backfill(&call.ctx, Backfill { mode, between }).await {
        Ok(job) => follow::outcome(&call, job).await,
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => Ok(refused(&error)),
        Err(error) => Err(error),
    }
}

/// An order that could not be given.
fn refused(error: &Error) -> Said {
    let hint = error.next_step().map_or_else(String::new, |hint| format!("; {hint}"));
    Said::Refused(json!({
        "status": "failed", "job_id": null, "result": null, "error_message": format!("{error}{hint}"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_average_with_its_sign_and_a_bar_within_the_range_of_its_dimension() {
        let measure = |name: &str, score_min: f64| Measure {
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
            let bar = Bar {
                period: "2026-05-11".to_owned(),
                dimension: dimension.to_owned(),
                avg_score,
                entry_count,
                score_min: avg_score,
                score_max: avg_score,
            };

            assert_eq!(line(&bar, &measures), shown);
        }
    }
}
