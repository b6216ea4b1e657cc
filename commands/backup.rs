mod create;
mod drill;
mod list;
mod prune;
pub mod source_args;
mod verify;

use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
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
    Verify(verify::Args),
    Drill(drill::Args),
    Prune(prune::Args),
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    match args.command {
        Command::Create(args) => create::run(shell, args, out).await,
        Command::List(args) => list::run(&shell, &args, out),
        Command::Verify(args) => verify::run(shell, args, out).await,
        Command::Drill(args) => drill::run(shell, args, out).await,
        Command::Prune(args) => prune::run(shell, args, out).await,
    }
}

/// Formats a size in decimal units.
fn format_size(bytes: u64) -> String {
    indicatif::DecimalBytes(bytes).to_string()
}
