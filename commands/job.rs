use clap::Subcommand;

use crate::out::Out;
use crate::out::table;
use crate::progress;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::error::Error;
use journal::error::Kind;
use journal::error::Result;
use journal::ingest::uploads;
use journal::jobs;
use journal::model::id::JobId;
use journal::model::job::Job;
use journal::model::scope::Scope;

/// See and work off what a write left for later
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the newest jobs
    List(jobs::List),
    /// Show one job
    Show {
        /// Its id, as `journal job list` shows it
        id: JobId,
    },
    /// Work off everything that is due
    ///
    /// Photographs and recordings that came in become entries, and entries get their vectors. Jobs that wait for another
    /// attempt are left waiting; the command says until when.
    Run,
    /// Try a job again that failed or was called off
    ///
    /// What was read before is not read, and not paid for, again.
    Retry {
        /// Its id, as `journal job list --status failed` shows it
        id: JobId,
    },
    /// Call a job off that is queued or running
    ///
    /// Its upload is kept for 30 days; until then `journal job retry` tries it again.
    Cancel {
        /// Its id, as `journal job list` shows it
        id: JobId,
    },
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let bar = Bar::new("Working", &shell.global);
    let ctx = shell.ctx()?;
    match args.command {
        Command::List(list) => {
            let page = jobs::list(&ctx, list).await?;
            out.result(&page, |page| {
                let rows = page.items.iter().map(|job| {
                    let why = job.error_message.as_ref().or(job.status_detail.as_ref()).cloned().unwrap_or_default();
                    [job.id.to_string(), job.kind.clone(), job.status.clone(), entry(job), job.created_at.clone(), why]
                });
                table(["ID", "TYPE", "STATUS", "ENTRY", "CREATED", "WHY"], rows)
            })
        }
        Command::Show { id } => {
            let job = jobs::get(&ctx, id).await?;
            out.result(&job, shown)
        }
        Command::Retry { id } => {
            let job = jobs::retry(&ctx, id).await?;
            out.result(&job, |job| format!("Queued job {} again; a server works on it, or `journal job run`", job.id))
        }
        Command::Cancel { id } => {
            let job = jobs::cancel(&ctx, id).await?;
            out.result(&job, |job| format!("Called job {} off; `journal job retry {0}` tries it again", job.id))
        }
        Command::Run => {
            let done = progress::drain(&ctx, Scope::Ingest, &bar).await?;
            uploads::sweep(&ctx).await?;
            out.result(&done, |done| {
                let waiting = match (done.waiting, &done.next_at) {
                    (0, _) | (_, None) => String::new(),
                    (waiting, Some(next)) => format!(", {waiting} waiting, the next until {next}"),
                };
                format!("{} jobs done, {} failed{waiting}", done.succeeded, done.failed)
            })?;
            if done.failed > 0 {
                return Err(Error::new(Kind::Conflict, format!("{} jobs failed", done.failed))
                    .hint("`journal job list` says why"));
            }
            Ok(())
        }
    }
}

fn entry(job: &Job) -> String {
    let made = || job.result.as_ref()?.get("entry_id").map(ToString::to_string);
    job.entry_id.map(|id| id.to_string()).or_else(made).unwrap_or_default()
}

fn shown(job: &Job) -> String {
    let progress = format!("{} of {}", job.progress_current, job.progress_total);
    let none = String::new;
    let tokens = match (job.input_tokens, job.output_tokens) {
        (None, None) => none(),
        (input, output) => format!("{} read, {} written", input.unwrap_or(0), output.unwrap_or(0)),
    };
    let lines = [
        ("id", job.id.to_string()),
        ("type", job.kind.clone()),
        ("status", job.status.clone()),
        ("waits", job.status_detail.clone().unwrap_or_default()),
        ("error", job.error_message.clone().unwrap_or_default()),
        ("entry", entry(job)),
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
