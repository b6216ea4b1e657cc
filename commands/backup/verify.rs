use crate::backup::source_args::{self, BackupCheckArgs};
use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::backup::verify;
use journal::error::Result;

/// Verify a backup: decrypt all of it, and check every hash, database, hash chain and original
///
/// Requires no journal on this machine. In the journal that the backup was made from, the result is recorded.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal backup verify journal-2026-11-22T031500Z.tar.age -i key.txt")]
pub struct Args {
    #[command(flatten)]
    check: BackupCheckArgs,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    source_args::run_check(shell, args.check, "Verifying", out, async |backup, local, scratch, progress| {
        verify::verify(backup, local, scratch, &source_args::system_sources(), progress).await
    })
    .await
}
