use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
use crate::progress::{self, CommandProgress};
use journal::domain::id::JobId;
use journal::domain::job::JobView;
use journal::domain::scope::Scope;
use journal::error::{Error, ErrorKind, Result};
use journal::jobs;
use journal::services::entries;
use journal::services::ingest::uploads;

/// Show and run background jobs
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List jobs, newest first
    #[command(after_long_help = "Example:\n\n    journal job list --status failed")]
    List(jobs::JobListQuery),
    /// Show a job
    #[command(after_long_help = "Example:\n\n    journal job show 7d0f4a52-3c1e-4b6a-9f51-2a8e6d9b1c34")]
    Show {
        /// Job id, as shown by `journal job list`
        id: JobId,
    },
    /// Run all due jobs
    ///
    /// Ingests uploaded photographs and recordings, and computes the vectors of entries. Jobs that wait for a retry are
    /// skipped; the output shows when the next one is due. Entries whose days in the trash have passed are destroyed.
    #[command(after_long_help = "Example:\n\n    journal job run")]
    Run,
    /// Retry a failed or cancelled job
    ///
    /// Pages that were already read are not read, or paid for, again.
    #[command(after_long_help = "Example:\n\n    journal job retry 7d0f4a52-3c1e-4b6a-9f51-2a8e6d9b1c34")]
    Retry {
        /// Job id, as shown by `journal job list --status failed`
        id: JobId,
    },
    /// Cancel a queued or running job
    ///
    /// Its upload is kept for 30 days; during that time, `journal job retry` retries the job.
    #[command(after_long_help = "Example:\n\n    journal job cancel 7d0f4a52-3c1e-4b6a-9f51-2a8e6d9b1c34")]
    Cancel {
        /// Job id, as shown by `journal job list`
        id: JobId,
    },
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let bar = CommandProgress::new("Running jobs", &shell.global);
    let ctx = shell.user_ctx()?;
    match args.command {
        Command::List(list) => {
            let page = jobs::list(&ctx, list).await?;
            out.result(&page, |page| {
                let rows = page.items.iter().map(|job| {
                    let reason = job.error_message.as_ref().or(job.status_detail.as_ref()).cloned().unwrap_or_default();
                    [
                        job.id.to_string(),
                        job.kind.clone(),
                        job.status.clone(),
                        entry_id_text(job),
                        job.created_at.clone(),
                        reason,
                    ]
                });
                table(["ID", "TYPE", "STATUS", "ENTRY", "CREATED", "REASON"], rows)
            })
        }
        Command::Show { id } => {
            let job = jobs::get(&ctx, id).await?;
            out.result(&job, render_job)
        }
        Command::Retry { id } => {
            let job = jobs::retry(&ctx, id).await?;
            out.done(&job, |job| format!("Queued job {} again; a server or `journal job run` runs it", job.id))
        }
        Command::Cancel { id } => {
            let job = jobs::cancel(&ctx, id).await?;
            out.done(&job, |job| format!("Cancelled job {}; `journal job retry {0}` retries it", job.id))
        }
        Command::Run => {
            let done = progress::run_due_jobs(&ctx, Scope::Ingest, &bar).await?;
            uploads::remove_orphaned_originals(&ctx).await?;
            entries::purge_due_trash(&ctx).await?;
            out.done(&done, |done| {
                let waiting = match (done.waiting, &done.next_at) {
                    (0, _) | (_, None) => String::new(),
                    (waiting, Some(next)) => format!(", {waiting} waiting for a retry, the next at {next}"),
                };
                format!("{} jobs done, {} failed{waiting}", done.succeeded, done.failed)
            })?;
            if done.failed > 0 {
                return Err(Error::new(ErrorKind::Conflict, format!("{} jobs failed", done.failed))
                    .hint("`journal job list` shows the reasons"));
            }
            Ok(())
        }
    }
}

fn entry_id_text(job: &JobView) -> String {
    let created = || job.result.as_ref()?.get("entry_id").map(ToString::to_string);
    job.entry_id.map(|id| id.to_string()).or_else(created).unwrap_or_default()
}

fn render_job(job: &JobView) -> String {
    let progress = format!("{} of {}", job.progress_current, job.progress_total);
    let none = String::new;
    let tokens = match (job.input_tokens, job.output_tokens) {
        (None, None) => none(),
        (input, output) => format!("{} input, {} output", input.unwrap_or(0), output.unwrap_or(0)),
    };
    let lines = [
        ("id", job.id.to_string()),
        ("type", job.kind.clone()),
        ("status", job.status.clone()),
        ("detail", job.status_detail.clone().unwrap_or_default()),
        ("error", job.error_message.clone().unwrap_or_default()),
        ("entry", entry_id_text(job)),
        ("progress", progress),
        ("attempts", job.attempts.to_string()),
        ("created", job.created_at.clone()),
        ("started", job.started_at.clone().unwrap_or_default()),
        ("finished", job.finished_at.clone().unwrap_or_default()),
        ("tokens", tokens),
        ("cost", job.cost_usd.map_or_else(none, |cost| format!("{cost:.4} USD"))),
    ];
    let lines = lines.iter().filter(|(_, value)| !value.is_empty());
    lines.map(|(name, value)| format!("{name:<9} {value}")).collect::<Vec<_>>().join("\n")
}
