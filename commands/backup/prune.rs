use crate::backup::size::render_pruned;
use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::backup::prune::{self, PruneBackupsArgs, PruneResult};
use journal::error::Result;

/// Remove old backups, and originals that no other backup needs
///
/// A backup that any rule keeps is kept. The newest complete backup is always kept.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal backup prune /mnt/backups --keep-daily 14 --dry-run")]
pub struct Args {
    #[command(flatten)]
    options: PruneBackupsArgs,
    /// Show the backups that would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ask = shell.ask;
    let ctx = shell.admin_ctx()?;
    let planned = prune::plan(&ctx, &args.options)?;
    if args.dry_run {
        print_warnings(out, &planned);
        return out.result(&planned, |planned| render_pruned("Would remove", planned));
    }
    if !planned.removed.is_empty() || planned.originals > 0 {
        ask.confirm(&format!("{}?", render_pruned("Remove", &planned)))?;
    }
    let pruned = prune::prune(&ctx, &args.options).await?;
    print_warnings(out, &pruned);
    out.done(&pruned, |pruned| render_pruned("Removed", pruned))
}

fn print_warnings(out: &CommandOutput, pruned: &PruneResult) {
    for warning in &pruned.warnings {
        out.warn(warning);
    }
}
