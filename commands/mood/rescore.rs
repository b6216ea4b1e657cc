use serde_json::{Value, json};

use crate::cli_context::CliContext;
use crate::date_args;
use crate::output::{CommandOutput, entries};
use crate::progress::CommandProgress;
use journal::app::context::Ctx;
use journal::domain::date_range::DateRange;
use journal::domain::id::{EntryId, JobId};
use journal::domain::job::JobView;
use journal::domain::mood::{MoodScoringMode, MoodScoringPlan, RetiredDimension};
use journal::error::{Error, Result};
use journal::jobs::{self, MoodBackfillRequest};
use journal::services::mood::{self, MoodPruneResponse};

/// Score the moods of entries that have no score or were changed since
///
/// Your own scores are kept. After an interruption, `journal job run` continues the work.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal mood rescore --from 2026-01-01 --dry-run")]
#[expect(clippy::struct_excessive_bools, reason = "one per flag")]
pub struct Args {
    /// Score every entry again
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    between: DateRange,
    /// Score only this entry
    #[arg(long, value_name = "ID", conflicts_with_all = ["force", "from", "to", "prune"])]
    entry: Option<EntryId>,
    /// Show the number of entries and the estimated cost, and score nothing
    #[arg(long, conflicts_with = "entry")]
    dry_run: bool,
    /// Remove the scores of retired dimensions; asks for confirmation
    #[arg(long)]
    prune: bool,
    /// Also remove your own scores of retired dimensions
    #[arg(long, requires = "prune")]
    with_my_scores: bool,
    /// Do not wait; a server or `journal job run` does the work
    #[arg(long)]
    no_wait: bool,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let (bar, ask) = (CommandProgress::new("Scoring", &shell.global), shell.ask);
    let ctx = shell.user_ctx()?;
    if let Some(entry) = args.entry {
        let job = jobs::enqueue_mood_rescore(&ctx, entry).await?;
        return run_job(&ctx, job, &bar, args.no_wait, None, out).await;
    }
    let between = date_args::resolve_range(&ctx, &args.between)?;
    let mode = if args.force { MoodScoringMode::Force } else { MoodScoringMode::StaleOnly };
    let plan = mood::estimate_run(&ctx, mode, between.clone()).await?;
    if args.dry_run {
        return out.result(&plan, |plan| render_plan(plan, args.prune, args.with_my_scores));
    }
    let pruned = if args.prune {
        if count_prunable(&plan.retired, args.with_my_scores) > 0 {
            ask.confirm(&format!("Remove {}?", render_retired(&plan.retired, args.with_my_scores)))?;
        }
        Some(mood::prune_retired(&ctx, args.with_my_scores).await?)
    } else {
        None
    };
    out.note(render_plan(&plan, false, false));
    let job = jobs::enqueue_mood_backfill(&ctx, MoodBackfillRequest { mode, between }).await?;
    run_job(&ctx, job, &bar, args.no_wait, pruned, out).await
}

async fn run_job(
    ctx: &Ctx,
    job: JobId,
    bar: &CommandProgress,
    no_wait: bool,
    pruned: Option<MoodPruneResponse>,
    out: &mut CommandOutput,
) -> Result<()> {
    let removal = pruned.as_ref().map_or_else(String::new, |pruned| format!("Removed {} old scores\n", pruned.removed));
    let with_pruned = |mut document: Value| {
        if let Some(pruned) = &pruned {
            document["pruned"] = json!(pruned);
        }
        document
    };
    if no_wait {
        return out.result(&with_pruned(json!({ "job_id": job, "status": "queued" })), |_| {
            format!("{removal}Queued as job {job}; a server or `journal job run` runs it")
        });
    }
    let done = jobs::drain_for_job(ctx, job, &|done, total| bar.report(done, total)).await;
    bar.finish();
    let done = done?;
    if matches!(done.status.as_str(), "failed" | "cancelled") {
        let reason = done.error_message.unwrap_or_else(|| "the job was cancelled".to_owned());
        return Err(Error::conflict(reason.trim_end_matches('.').to_owned())
            .hint(format!("`journal job retry {job}` retries it")));
    }
    for kind in ["errors", "warnings"] {
        for message in done.result.iter().filter_map(|result| result.get(kind)?.as_array()).flatten() {
            out.warn(message.as_str().unwrap_or_default());
        }
    }
    out.done(&with_pruned(json!(done)), |_| removal + &render_result(&done))
}

fn render_result(job: &JobView) -> String {
    let Some(result) = &job.result else {
        let reason = job.status_detail.as_deref().unwrap_or("it has not finished yet");
        return format!("Job {} is pending: {reason}", job.id);
    };
    let number = |name: &str| result.get(name).and_then(Value::as_i64);
    match (number("scored"), number("entry_id")) {
        (Some(scored), _) => {
            let skipped = number("skipped").unwrap_or(0);
            let failed = result.get("errors").and_then(Value::as_array).map_or(0, Vec::len);
            let errors = if failed > 0 { format!(", {failed} failed") } else { String::new() };
            format!("Scored {}, skipped {}{errors}", entries(scored), entries(skipped))
        }
        (None, entry) => {
            let (entry, scores) = (entry.unwrap_or(0), number("scores_written").unwrap_or(0));
            format!("Stored {scores} scores of entry {entry}; `journal mood show {entry}` shows them")
        }
    }
}

fn render_plan(plan: &MoodScoringPlan, prune: bool, with_owners: bool) -> String {
    let cost = match plan.cost_usd {
        _ if plan.input_tokens == 0 => "local, free of charge".to_owned(),
        Some(cost) => {
            format!("about {} input and {} output tokens, {cost:.2} USD", plan.input_tokens, plan.output_tokens)
        }
        None => {
            format!("about {} input and {} output tokens; the price is unknown", plan.input_tokens, plan.output_tokens)
        }
    };
    let removed =
        if prune { format!("\nto remove: {}", render_retired(&plan.retired, with_owners)) } else { String::new() };
    format!(
        "{} to score on {} dimensions with {} ({cost}), {} unchanged{removed}",
        entries(plan.entries),
        plan.dimensions,
        plan.model,
        entries(plan.skipped)
    )
}

/// Counts the scores that pruning removes.
fn count_prunable(retired: &[RetiredDimension], with_owners: bool) -> i64 {
    retired.iter().map(|one| one.scores + if with_owners { one.owner_scores } else { 0 }).sum()
}

fn render_retired(retired: &[RetiredDimension], with_owners: bool) -> String {
    let one = |one: &RetiredDimension| {
        let own_scores = match one.owner_scores {
            0 => String::new(),
            count if with_owners => format!(" and {count} of your own"),
            count => format!(", {count} of your own are kept"),
        };
        format!("{} scores of {}{own_scores}", one.scores, one.dimension)
    };
    if retired.is_empty() { "nothing".to_owned() } else { retired.iter().map(one).collect::<Vec<_>>().join("; ") }
}
