mod create;
mod drill;
mod list;
pub mod opening;
mod prune;
mod verify;

use clap::Subcommand;

use crate::out::Out;
use crate::shell::Shell;
use journal::error::Result;

/// Make backups, see what there is, prove that they restore, and remove old ones
///
/// A backup is one encrypted archive and, beside it in media/, the originals that it needs, each copied once. Making one
/// needs the public keys alone.
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

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    match args.command {
        Command::Create(args) => create::run(shell, args, out).await,
        Command::List(args) => list::run(&shell, &args, out),
        Command::Verify(args) => verify::run(shell, args, out).await,
        Command::Drill(args) => drill::run(shell, args, out).await,
        Command::Prune(args) => prune::run(shell, args, out).await,
    }
}

/// Writes a size for people, in powers of ten.
fn size(bytes: u64) -> String {
    indicatif::DecimalBytes(bytes).to_string()
}
