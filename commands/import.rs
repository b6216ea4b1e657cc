mod day_one;
mod journal;
mod journal_server;
mod jrnl;
mod markdown;
mod report;

use clap::Subcommand;

use crate::out::Out;
use crate::shell::Shell;
use ::journal::error::Result;

/// Bring in what was written elsewhere
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    JournalServer(journal_server::Args),
    Journal(journal::Args),
    Markdown(markdown::Args),
    Jrnl(jrnl::Args),
    DayOne(day_one::Args),
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    match args.command {
        Command::JournalServer(args) => journal_server::run(shell, args, out).await,
        Command::Journal(args) => journal::run(shell, args, out).await,
        Command::Markdown(args) => markdown::run(shell, args, out).await,
        Command::Jrnl(args) => jrnl::run(shell, args, out).await,
        Command::DayOne(args) => day_one::run(shell, args, out).await,
    }
}
