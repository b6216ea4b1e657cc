use super::size;
use crate::out::Out;
use crate::shell::Shell;
use journal::backup::prune;
use journal::backup::prune::Prune;
use journal::backup::prune::Pruned;
use journal::error::Result;

/// Remove old backups, and the originals that none of the others needs
///
/// What any rule keeps is kept. The newest backup that is whole always stays.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    wanted: Prune,
    /// Show what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ask = shell.ask;
    let ctx = shell.administration()?;
    let planned = prune::plan(&ctx, &args.wanted)?;
    if args.dry_run {
        warn(out, &planned);
        return out.result(&planned, |planned| told("Would remove", planned));
    }
    if !planned.removed.is_empty() || planned.originals > 0 {
        ask.confirm(&format!("{}?", told("Remove", &planned)))?;
    }
    let pruned = prune::prune(&ctx, &args.wanted).await?;
    warn(out, &pruned);
    out.result(&pruned, |pruned| told("Removed", pruned))
}

fn warn(out: &Out, pruned: &Pruned) {
    for warning in &pruned.warnings {
        out.warn(warning);
    }
}

/// Says in a line what is removed and what stays.
pub fn told(verb: &str, pruned: &Pruned) -> String {
    format!(
        "{verb} {} backups and {} originals ({}), keeping {} backups",
        pruned.removed.len(),
        pruned.originals,
        size(pruned.bytes),
        pruned.kept.len()
    )
}
