mod extract;

use clap::Subcommand;

use crate::out::Out;
use crate::shell::Shell;
use journal::error::Result;

/// See the people, places and things that entries speak of
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Extract(extract::Args),
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    match args.command {
        Command::Extract(args) => extract::run(shell, args, out).await,
    }
}
