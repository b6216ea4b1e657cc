use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use crate::progress::{self, CommandProgress};
use journal::domain::scope::Scope;
use journal::error::Result;
use journal::jobs;

/// Rebuild the data derived from entries: full-text index, chunks and vectors
///
/// Without flags, everything is rebuilt. The work is queued: after an interruption, `journal job run` continues it.
/// Semantic chunks depend on the vectors, so --chunks recomputes vectors too.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal reindex --embed")]
pub struct Args {
    #[command(flatten)]
    targets: jobs::ReindexTargets,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let bar = CommandProgress::new("Embedding", &shell.global);
    let ctx = shell.user_ctx()?;
    jobs::reindex(&ctx, args.targets).await?;
    let done = progress::run_embedding_jobs(&ctx, Scope::EntriesWrite, &bar).await?;
    out.done(&done, |done| match done.succeeded {
        0 => "Rebuilt the full-text index".to_owned(),
        count => format!("Rebuilt chunks and vectors of {count} entries"),
    })
}
