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
    /// Work the queue off
    Run,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let bar = Bar::new("Working", &shell.global);
    let ctx = shell.ctx()?;
    match args.command {
        Command::List(list) => {
            let page = jobs::list(&ctx, list).await?;
            out.result(&page, |page| {
                let rows = page.items.iter().map(|job| {
                    let entry = job.entry_id.map_or_else(String::new, |id| id.to_string());
                    let why = job.error_message.clone().unwrap_or_default();
                    [job.id.to_string(), job.kind.clone(), job.status.clone(), entry, job.created_at.clone(), why]
                });
                table(["ID", "TYPE", "STATUS", "ENTRY", "CREATED", "ERROR"], rows)
            })
        }
        Command::Run => {
            let done = progress::drain(&ctx, Scope::Ingest, &bar).await?;
            uploads::sweep(&ctx).await?;
            out.result(&done, |done| format!("{} jobs done, {} failed", done.succeeded, done.failed))?;
            if done.failed > 0 {
                return Err(Error::new(Kind::Conflict, format!("{} jobs failed", done.failed))
                    .hint("`journal job list` says why"));
            }
            Ok(())
        }
    }
}
