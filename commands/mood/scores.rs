use crate::output::{CommandOutput, table};
use journal::app::context::Ctx;
use journal::domain::id::EntryId;
use journal::domain::mood::{EntryMoods, MoodScore};
use journal::error::Result;
use journal::services::mood::{self, ManualScore};

/// Show the mood scores of an entry with rationale, model and your own scores
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal mood show 7")]
pub struct MoodShowArgs {
    /// Entry id, or a date (YYYY-MM-DD)
    #[arg(value_name = "ID|DATE")]
    what: String,
}

/// Set your own score; it takes precedence over computed scores and is kept
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal mood set 7 joy_sadness -0.4 --note \"The funeral\"")]
pub struct MoodSetArgs {
    /// Entry id
    id: EntryId,
    /// Name of the dimension, as shown by `journal mood dimensions`
    dimension: String,
    /// Score on the dimension's scale
    #[arg(allow_negative_numbers = true)]
    value: f64,
    /// Note to store with the score
    #[arg(long)]
    note: Option<String>,
}

/// Remove your own score; the computed score applies again
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal mood clear 7 joy_sadness")]
pub struct MoodClearArgs {
    /// Entry id
    id: EntryId,
    /// Name of the dimension
    dimension: String,
}

pub async fn show(ctx: &Ctx, args: MoodShowArgs, out: &mut CommandOutput) -> Result<()> {
    if let Ok(id) = args.what.parse::<EntryId>() {
        let moods = mood::scores_of_entry(ctx, id).await?;
        return out.result(&moods, render_moods);
    }
    let items = mood::scores_of_day(ctx, &args.what).await?;
    out.result(&serde_json::json!({ "date": args.what, "items": items }), |_| {
        if items.is_empty() {
            return format!("There is no entry on {}", args.what);
        }
        items.iter().map(render_moods).collect::<Vec<_>>().join("\n\n")
    })
}

pub async fn set(ctx: &Ctx, args: MoodSetArgs, out: &mut CommandOutput) -> Result<()> {
    let MoodSetArgs { id, dimension, value, note } = args;
    let moods = mood::set_score(ctx, id, dimension.clone(), ManualScore { score: value, note }).await?;
    out.done(&moods, |_| format!("Entry {id}: set {dimension} to {value:+}"))
}

pub async fn clear(ctx: &Ctx, args: MoodClearArgs, out: &mut CommandOutput) -> Result<()> {
    let MoodClearArgs { id, dimension } = args;
    let moods = mood::clear_score(ctx, id, dimension.clone()).await?;
    let left = moods.items.iter().find(|score| score.dimension == dimension).map(|score| score.score);
    out.done(&moods, |_| match left {
        Some(score) => format!("Entry {id}: {dimension} is {score:+.2} again, as computed"),
        None => format!("Entry {id}: {dimension} has no score now"),
    })
}

fn render_moods(moods: &EntryMoods) -> String {
    let head = format!("Entry {} · {}", moods.entry_id, moods.entry_date);
    if moods.items.is_empty() {
        return format!("{head}\nnot scored; `journal mood rescore --entry {}` scores it", moods.entry_id);
    }
    let rows = moods.items.iter().map(score_row);
    format!("{head}\n{}", table(["DIMENSION", "SCORE", "COMPUTED", "YOURS", "CONFIDENCE", "MODEL", "REASON"], rows))
}

fn score_row(score: &MoodScore) -> [String; 7] {
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:+.2}"));
    let mut model = if score.model.is_empty() { "unknown".to_owned() } else { score.model.clone() };
    if score.is_stale {
        model += " (before an edit)";
    }
    let retired = if score.is_retired { " (retired)" } else { "" };
    let reason = score.owner_note.as_ref().or(score.rationale.as_ref()).cloned().unwrap_or_default();
    [
        format!("{}{retired}", score.dimension),
        number(Some(score.score)),
        number(score.model_score),
        number(score.owner_score),
        score.confidence.map_or_else(|| "-".to_owned(), |confidence| format!("{:.0} %", confidence * 100.0)),
        model,
        reason,
    ]
}
