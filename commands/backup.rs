mod drill;
pub mod opening;
mod verify;

use clap::Subcommand;

use crate::out::Out;
use crate::shell::Shell;
use journal::error::Result;

/// Make backups, look after them, and prove that they restore
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Verify(verify::Args),
    Drill(drill::Args),
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    match args.command {
        Command::Verify(args) => verify::run(shell, args, out).await,
        Command::Drill(args) => drill::run(shell, args, out).await,
    }
}
