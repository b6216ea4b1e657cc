mod journal_server;

use clap::Subcommand;

use crate::out::Out;
use crate::shell::Shell;
use journal::error::Result;

/// Bring in what was written elsewhere
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    JournalServer(journal_server::Args),
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    match args.command {
        Command::JournalServer(args) => journal_server::run(shell, args, out).await,
    }
}
