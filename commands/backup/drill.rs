use crate::backup::source_args::{self, BackupCheckArgs};
use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::backup::drill;
use journal::error::Result;

/// Test restoring a backup: restore it into a temporary folder, count, search, open originals, and delete it
///
/// Requires no journal on this machine. In the journal that the backup was made from, the result is recorded, and
/// `journal doctor` shows its age.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal backup drill journal-2026-11-22T031500Z.tar.age -i key.txt")]
pub struct Args {
    #[command(flatten)]
    check: BackupCheckArgs,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    source_args::run_check(
        shell,
        args.check,
        "Restoring into a temporary folder",
        out,
        async |backup, local, scratch, progress| {
            drill::drill(backup, local, scratch, &source_args::system_sources(), progress).await
        },
    )
    .await
}
