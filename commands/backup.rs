mod create;
mod list;
mod prune;
mod size;
pub mod source_args;

use clap::Subcommand;

use crate::backup::source_args::{BackupCheckArgs, run_check, system_sources};
use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::backup::{drill, verify};
use journal::error::Result;

/// Create, list, verify and prune backups, and test restoring them
///
/// A backup is one encrypted archive and the originals that it needs, stored once each in the folder media/ next to it.
/// Creating one requires only public keys.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Create(create::Args),
    List(list::Args),
    /// Verify a backup: decrypt all of it, and check every hash, database, hash chain and original
    ///
    /// Requires no journal on this machine. In the journal that the backup was made from, the result is recorded.
    #[command(after_long_help = "Example:\n\n    journal backup verify journal-2026-11-22T031500Z.tar.age -i key.txt")]
    Verify(BackupCheckArgs),
    /// Test restoring a backup: restore it into a temporary folder, count, search, open originals, and delete it
    ///
    /// Requires no journal on this machine. In the journal that the backup was made from, the result is recorded, and
    /// `journal doctor` shows its age.
    #[command(after_long_help = "Example:\n\n    journal backup drill journal-2026-11-22T031500Z.tar.age -i key.txt")]
    Drill(BackupCheckArgs),
    Prune(prune::Args),
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    match args.command {
        Command::Create(args) => create::run(shell, args, out).await,
        Command::List(args) => list::run(&shell, &args, out),
        Command::Verify(args) => {
            run_check(shell, args, "Verifying", out, async |backup, local, scratch, progress| {
                verify::verify(backup, local, scratch, &system_sources(), progress).await
            })
            .await
        }
        Command::Drill(args) => {
            let label = "Restoring into a temporary folder";
            run_check(shell, args, label, out, async |backup, local, scratch, progress| {
                drill::drill(backup, local, scratch, &system_sources(), progress).await
            })
            .await
        }
        Command::Prune(args) => prune::run(shell, args, out).await,
    }
}
