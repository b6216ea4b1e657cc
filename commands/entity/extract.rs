use serde_json::Value;

use crate::cli_context::CliContext;
use crate::date_args;
use crate::output::CommandOutput;
use crate::progress::{self, CommandProgress};
use journal::domain::date_range::DateRange;
use journal::domain::id::EntryId;
use journal::domain::job::JobView;
use journal::domain::scope::Scope;
use journal::error::{Error, ErrorKind, Result};
use journal::jobs;
use journal::services::entities::extraction::{self, ExtractionFilter};

/// Extract people, places and other entities from entries
///
/// The entries are sent to a model, so a provider has to be configured and permitted. Earlier results are replaced;
/// your corrections are kept. Without a filter, every entry is processed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity extract --stale")]
pub struct Args {
    /// Only this entry
    #[arg(long, value_name = "ID", conflicts_with_all = ["from", "to", "stale"])]
    entry: Option<EntryId>,
    #[command(flatten)]
    between: DateRange,
    /// Only entries that were not processed since their last change
    #[arg(long)]
    stale: bool,
    /// Do not wait; a server or `journal job run` does the work
    #[arg(long)]
    no_wait: bool,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let bar = CommandProgress::new("Extracting", &shell.global);
    let ctx = shell.user_ctx()?;
    let DateRange { from, to } = date_args::resolve_range(&ctx, &args.between)?;
    let request = ExtractionFilter { entry_id: args.entry, start_date: from, end_date: to, stale_only: args.stale };
    let ordered = extraction::enqueue(&ctx, request).await?;
    if args.no_wait {
        return out.done(&ordered, |ordered| {
            format!("Queued as job {}; a server or `journal job run` runs it", ordered.job_id)
        });
    }
    progress::run_due_jobs(&ctx, Scope::EntriesWrite, &bar).await?;
    let job = jobs::get(&ctx, ordered.job_id).await?;
    match job.status.as_str() {
        "failed" | "cancelled" => {
            let reason = job.error_message.unwrap_or_else(|| "the job was cancelled".to_owned());
            Err(Error::new(ErrorKind::Upstream, reason).hint(format!("`journal job retry {}` retries it", job.id)))
        }
        _ => out.result(&job, render_job),
    }
}

fn render_job(job: &JobView) -> String {
    let Some(result) = &job.result else {
        let reason = job.status_detail.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
        return format!("Queued as job {}{reason}", job.id);
    };
    let count = |name: &str| result.get(name).and_then(Value::as_i64).unwrap_or_default();
    let mut lines = vec![format!(
        "Processed {} entries: {} new, {} known, {} deleted; {} mentions, {} relationships",
        count("entries_processed"),
        count("entities_created"),
        count("entities_matched"),
        count("entities_deleted"),
        count("mentions_created"),
        count("relationships_created"),
    )];
    let warnings = result.get("warnings").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    lines.extend(warnings.map(|warning| format!("  {warning}")));
    lines.join("\n")
}
