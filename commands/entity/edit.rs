//! Commands that change the name, description, type or aliases of an entity.

use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::entity::label::entity_label;
use crate::output::CommandOutput;
use journal::domain::entity::EntityType;
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities::{self, EntityPatch};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Rename an entity; the old name becomes an alias
    #[command(after_long_help = "Example:\n\n    journal entity rename 12 \"Marta Keller\"")]
    Rename {
        /// Entity id, as shown by `journal entity list`
        id: EntityId,
        /// New name
        name: String,
    },
    /// Set the description of an entity; it helps to distinguish similar entities
    #[command(after_long_help = "Example:\n\n    journal entity describe 12 \"Landlady of the flat in Ghent\"")]
    Describe {
        /// Entity id, as shown by `journal entity list`
        id: EntityId,
        /// Description; an empty text removes it
        text: String,
    },
    /// Change the type of an entity
    #[command(after_long_help = "Example:\n\n    journal entity type 12 organization")]
    Type {
        /// Entity id, as shown by `journal entity list`
        id: EntityId,
        /// New type
        #[arg(value_name = "TYPE")]
        kind: EntityType,
    },
    /// Add or remove an alias of an entity
    #[command(subcommand)]
    Alias(AliasCommand),
}

#[derive(Debug, Subcommand)]
pub enum AliasCommand {
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

pub async fn run(shell: CliContext, command: Command, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let (id, change, action) = match command {
        Command::Rename { id, name } => (id, EntityPatch { name: Some(name), ..EntityPatch::default() }, "Renamed"),
        Command::Describe { id, text } => {
            (id, EntityPatch { description: Some(text), ..EntityPatch::default() }, "Set the description of")
        }
        Command::Type { id, kind } => (id, EntityPatch { kind: Some(kind), ..EntityPatch::default() }, "Changed to"),
        Command::Alias(command) => {
            let one = match command {
                AliasCommand::Add { id, alias } => entities::add_alias(&ctx, id, &alias).await?,
                AliasCommand::Remove { id, alias } => entities::remove_alias(&ctx, id, &alias).await?,
            };
            return out.result(&one, |one| {
                let aliases = if one.aliases.is_empty() { "none".to_owned() } else { one.aliases.join(", ") };
                format!("Aliases of {}: {aliases}", entity_label(one))
            });
        }
    };
    let changed = entities::update(&ctx, id, change).await?;
    out.done(&changed, |changed| format!("{action} {}", entity_label(&changed.entity)))
}
