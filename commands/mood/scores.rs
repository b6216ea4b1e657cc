use crate::out::Out;
use crate::out::table;
use journal::ctx::Ctx;
use journal::error::Result;
use journal::model::id::EntryId;
use journal::model::mood::EntryMoods;
use journal::model::mood::Score;
use journal::mood;
use journal::mood::Say;

/// Show how an entry was scored, why, by whom, and what you say
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Number of an entry, or a date (YYYY-MM-DD)
    #[arg(value_name = "ID|DATE")]
    what: String,
}

/// Say how it was; that counts before every score, and no run takes it back
#[derive(Debug, clap::Args)]
pub struct Set {
    /// Number of the entry
    id: EntryId,
    /// One of `journal mood dimensions`
    dimension: String,
    /// A number on the dimension's scale
    #[arg(allow_negative_numbers = true)]
    value: f64,
    /// A few words beside it
    #[arg(long)]
    note: Option<String>,
}

/// Take back what you said; the score that was made counts again
#[derive(Debug, clap::Args)]
pub struct Clear {
    /// Number of the entry
    id: EntryId,
    /// The dimension
    dimension: String,
}

pub async fn show(ctx: &Ctx, args: Show, out: &mut Out) -> Result<()> {
    if let Ok(id) = args.what.parse::<EntryId>() {
        let moods = mood::of_entry(ctx, id).await?;
        return out.result(&moods, shown);
    }
    let items = mood::of_day(ctx, &args.what).await?;
    out.result(&serde_json::json!({ "date": args.what, "items": items }), |_| {
        if items.is_empty() {
            return format!("There is no entry of {}", args.what);
        }
        items.iter().map(shown).collect::<Vec<_>>().join("\n\n")
    })
}

pub async fn set(ctx: &Ctx, args: Set, out: &mut Out) -> Result<()> {
    let Set { id, dimension, value, note } = args;
    let moods = mood::say(ctx, id, dimension.clone(), Say { score: value, note }).await?;
    out.result(&moods, |_| format!("Entry {id}: {dimension} is {value:+} now, whatever is scored"))
}

pub async fn clear(ctx: &Ctx, args: Clear, out: &mut Out) -> Result<()> {
    let Clear { id, dimension } = args;
    let moods = mood::clear(ctx, id, dimension.clone()).await?;
    let left = moods.items.iter().find(|score| score.dimension == dimension).map(|score| score.score);
    out.result(&moods, |_| match left {
        Some(score) => format!("Entry {id}: {dimension} is {score:+.2} again, as it was scored"),
        None => format!("Entry {id} has no {dimension} any more"),
    })
}

fn shown(moods: &EntryMoods) -> String {
    let head = format!("Entry {} · {}", moods.entry_id, moods.entry_date);
    if moods.items.is_empty() {
        return format!("{head}\nnot scored; `journal mood rescore --entry {}` does it", moods.entry_id);
    }
    let rows = moods.items.iter().map(row);
    format!("{head}\n{}", table(["DIMENSION", "SCORE", "SCORED", "YOURS", "SURE", "BY", "WHY"], rows))
}

fn row(score: &Score) -> [String; 7] {
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:+.2}"));
    let mut by = if score.model.is_empty() { "unknown".to_owned() } else { score.model.clone() };
    if score.is_stale {
        by += " (before an edit)";
    }
    let retired = if score.is_retired { " (retired)" } else { "" };
    let why = score.owner_note.as_ref().or(score.rationale.as_ref()).cloned().unwrap_or_default();
    [
        format!("{}{retired}", score.dimension),
        number(Some(score.score)),
        number(score.model_score),
        number(score.owner_score),
        score.confidence.map_or_else(|| "-".to_owned(), |sure| format!("{:.0} %", sure * 100.0)),
        by,
        why,
    ]
}
