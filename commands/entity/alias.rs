use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::entity::entity_label;
use crate::output::CommandOutput;
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities;

/// Add or remove an alias of an entity
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add an alias
    #[command(after_long_help = "Example:\n\n    journal entity alias add 12 \"the landlady\"")]
    Add {
        /// Entity id, as shown by `journal entity list`
        id: EntityId,
        /// Alias
        alias: String,
    },
    /// Remove an alias permanently
    #[command(after_long_help = "Example:\n\n    journal entity alias remove 12 \"the landlady\"")]
    Remove {
        /// Entity id, as shown by `journal entity list`
        id: EntityId,
        /// Alias
        alias: String,
    },
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let one = match args.command {
        Command::Add { id, alias } => entities::add_alias(&ctx, id, &alias).await?,
        Command::Remove { id, alias } => entities::remove_alias(&ctx, id, &alias).await?,
    };
    out.result(&one, |one| {
        let aliases = if one.aliases.is_empty() { "none".to_owned() } else { one.aliases.join(", ") };
        format!("Aliases of {}: {aliases}", entity_label(one))
    })
}
