use clap::Subcommand;

use crate::entity::named;
use crate::out::Out;
use crate::shell::Shell;
use journal::entities;
use journal::error::Result;
use journal::model::id::EntityId;

/// Give one another name, or take one away
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Give one another name
    Add {
        /// Its number, as `journal entity list` shows it
        id: EntityId,
        /// The other name
        alias: String,
    },
    /// Take another name from one, for good
    Remove {
        /// Its number, as `journal entity list` shows it
        id: EntityId,
        /// The other name
        alias: String,
    },
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let one = match args.command {
        Command::Add { id, alias } => entities::add_alias(&ctx, id, &alias).await?,
        Command::Remove { id, alias } => entities::remove_alias(&ctx, id, &alias).await?,
    };
    out.result(&one, |one| {
        let also = if one.aliases.is_empty() { "no other name".to_owned() } else { one.aliases.join(", ") };
        format!("{} has {also}", named(one))
    })
}
