use crate::backup::size::{format_size, render_pruned};
use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use crate::progress::CommandProgress;
use journal::backup::create::{self, CreateBackupArgs};
use journal::error::Result;

/// Create a backup while the journal is in use
///
/// The backup is encrypted to every key given with --recipient; keep the private keys off this machine.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal backup create --to /mnt/backups --recipient age1… --check")]
pub struct Args {
    #[command(flatten)]
    options: CreateBackupArgs,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let bar = CommandProgress::new("Backing up", &shell.global);
    let ctx = shell.admin_ctx()?;
    let created = create::create(&ctx, args.options, &|done, total| bar.report(done, total)).await?;
    bar.finish();
    for warning in created.warnings.iter().chain(created.pruned.iter().flat_map(|pruned| &pruned.warnings)) {
        out.warn(warning);
    }
    out.done(&created, |created| {
        let originals = &created.originals;
        let (copied, present) = (originals.copied, originals.present);
        let checked = if created.checked { ", verified by reading back" } else { "" };
        let message = format!(
            "Created {} ({}), {copied} originals copied ({}), {present} already present{checked}",
            created.path.display(),
            format_size(created.bytes),
            format_size(originals.copied_bytes)
        );
        created
            .pruned
            .as_ref()
            .map_or_else(|| message.clone(), |pruned| format!("{message}\n{}", render_pruned("Removed", pruned)))
    })
}
