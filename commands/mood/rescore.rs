use serde_json::Value;
use serde_json::json;

use crate::out::Out;
use crate::out::entries;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::ctx::Ctx;
use journal::error::Error;
use journal::error::Result;
use journal::jobs;
use journal::jobs::Backfill;
use journal::model::between::Between;
use journal::model::id::EntryId;
use journal::model::id::JobId;
use journal::model::job::Job;
use journal::model::mood::Mode;
use journal::model::mood::Plan;
use journal::model::mood::Retired;
use journal::mood;
use journal::mood::Pruned;

/// Have entries scored that lack a score, or were changed since they got theirs
///
/// What you said of an entry stays. Interrupted, the work goes on where it was with `journal job run`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "one per flag")]
pub struct Args {
    /// Score every entry anew
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    between: Between,
    /// Score this entry alone
    #[arg(long, value_name = "ID", conflicts_with_all = ["force", "from", "to", "prune"])]
    entry: Option<EntryId>,
    /// Show how many entries that is and what it costs, about; do nothing
    #[arg(long, conflicts_with = "entry")]
    dry_run: bool,
    /// Remove the scores of dimensions that moods are no longer measured by; asks first
    #[arg(long)]
    prune: bool,
    /// Remove of those dimensions what you said, too
    #[arg(long, requires = "prune")]
    with_my_scores: bool,
    /// Leave the work to a server, or to `journal job run`
    #[arg(long)]
    no_wait: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let (bar, ask) = (Bar::new("Scoring", &shell.global), shell.ask);
    let ctx = shell.ctx()?;
    if let Some(entry) = args.entry {
        let job = jobs::rescore(&ctx, entry).await?;
        return carry_out(&ctx, job, &bar, args.no_wait, None, out).await;
    }
    let mode = if args.force { Mode::Force } else { Mode::StaleOnly };
    let plan = mood::plan(&ctx, mode, args.between.clone()).await?;
    if args.dry_run {
        return out.result(&plan, |plan| planned(plan, args.prune, args.with_my_scores));
    }
    let pruned = if args.prune {
        if removed(&plan.retired, args.with_my_scores) > 0 {
            ask.confirm(&format!("Remove {}?", told(&plan.retired, args.with_my_scores)))?;
        }
        Some(mood::prune(&ctx, args.with_my_scores).await?)
    } else {
        None
    };
    out.note(planned(&plan, false, false));
    let job = jobs::backfill(&ctx, Backfill { mode, between: args.between }).await?;
    carry_out(&ctx, job, &bar, args.no_wait, pruned, out).await
}

async fn carry_out(
    ctx: &Ctx,
    job: JobId,
    bar: &Bar,
    no_wait: bool,
    pruned: Option<Pruned>,
    out: &mut Out,
) -> Result<()> {
    let gone = pruned.as_ref().map_or_else(String::new, |pruned| format!("Removed {} old scores\n", pruned.removed));
    let with_pruned = |mut document: Value| {
        if let Some(pruned) = &pruned {
            document["pruned"] = json!(pruned);
        }
        document
    };
    if no_wait {
        return out.result(&with_pruned(json!({ "job_id": job, "status": "queued" })), |_| {
            format!("{gone}Queued as job {job}; a server works on it, or `journal job run`")
        });
    }
    let done = jobs::finish(ctx, job, &|done, total| bar.report(done, total)).await;
    bar.finish();
    let done = done?;
    if matches!(done.status.as_str(), "failed" | "cancelled") {
        let why = done.error_message.unwrap_or_else(|| "the job was called off".to_owned());
        return Err(Error::conflict(why.trim_end_matches('.').to_owned())
            .hint(format!("`journal job retry {job}` tries it again")));
    }
    for kind in ["errors", "warnings"] {
        for sentence in done.result.iter().filter_map(|result| result.get(kind)?.as_array()).flatten() {
            out.warn(sentence.as_str().unwrap_or_default());
        }
    }
    out.result(&with_pruned(json!(done)), |_| gone + &came_to(&done))
}

fn came_to(job: &Job) -> String {
    let Some(result) = &job.result else {
        let why = job.status_detail.as_deref().unwrap_or("it is not done yet");
        return format!("Job {} waits: {why}", job.id);
    };
    let number = |name: &str| result.get(name).and_then(Value::as_i64);
    match (number("scored"), number("entry_id")) {
        (Some(scored), _) => {
            let skipped = number("skipped").unwrap_or(0);
            let failed = result.get("errors").and_then(Value::as_array).map_or(0, Vec::len);
            let wrong = if failed > 0 { ", not all went well" } else { "" };
            format!("Scored {}, left {} as they were{wrong}", entries(scored), entries(skipped))
        }
        (None, entry) => {
            let (entry, scores) = (entry.unwrap_or(0), number("scores_written").unwrap_or(0));
            format!("Stored {scores} scores of entry {entry}; `journal mood show {entry}` shows them")
        }
    }
}

fn planned(plan: &Plan, prune: bool, with_owners: bool) -> String {
    let cost = match plan.cost_usd {
        _ if plan.input_tokens == 0 => "nothing leaves this machine, free".to_owned(),
        Some(cost) => format!("about {} tokens out, {} back, {cost:.2} USD", plan.input_tokens, plan.output_tokens),
        None => format!("about {} tokens out, {} back; no price is known", plan.input_tokens, plan.output_tokens),
    };
    let removed = if prune { format!("\nto remove: {}", told(&plan.retired, with_owners)) } else { String::new() };
    format!(
        "{} to score on {} dimensions by {} ({cost}), {} left as they are{removed}",
        entries(plan.entries),
        plan.dimensions,
        plan.model,
        entries(plan.skipped)
    )
}

/// Counts what pruning would remove.
fn removed(retired: &[Retired], with_owners: bool) -> i64 {
    retired.iter().map(|one| one.scores + if with_owners { one.owner_scores } else { 0 }).sum()
}

fn told(retired: &[Retired], with_owners: bool) -> String {
    let one = |one: &Retired| {
        let mine = match one.owner_scores {
            0 => String::new(),
            count if with_owners => format!(" and {count} of yours"),
            count => format!(", {count} of yours stay"),
        };
        format!("{} scores of {}{mine}", one.scores, one.dimension)
    };
    if retired.is_empty() { "nothing".to_owned() } else { retired.iter().map(one).collect::<Vec<_>>().join("; ") }
}
