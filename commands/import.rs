mod day_one;
mod journal_server;
mod jrnl;
mod markdown;
mod native;
mod report;

use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::error::Result;

/// Import entries from other programs
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    JournalServer(journal_server::Args),
    Journal(native::Args),
    Markdown(markdown::Args),
    Jrnl(jrnl::Args),
    DayOne(day_one::Args),
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    match args.command {
        Command::JournalServer(args) => journal_server::run(shell, args, out).await,
        Command::Journal(args) => native::run(shell, args, out).await,
        Command::Markdown(args) => markdown::run(shell, args, out).await,
        Command::Jrnl(args) => jrnl::run(shell, args, out).await,
        Command::DayOne(args) => day_one::run(shell, args, out).await,
    }
}
