mod edit;
mod extract;
mod label;
mod list;
mod merge;
mod remove;
mod show;

use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::error::Result;

/// Show and correct the people, places and other entities of your entries
///
/// Your corrections take precedence over the results of later extraction.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Extract(extract::Args),
    #[command(flatten)]
    Edit(edit::Command),
    #[command(flatten)]
    Merge(merge::Command),
    #[command(flatten)]
    Remove(remove::Command),
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    match args.command {
        Command::List(args) => list::run(shell, args, out).await,
        Command::Show(args) => show::run(shell, args, out).await,
        Command::Extract(args) => extract::run(shell, args, out).await,
        Command::Edit(command) => edit::run(shell, command, out).await,
        Command::Merge(command) => merge::run(shell, command, out).await,
        Command::Remove(command) => remove::run(shell, command, out).await,
    }
}
