use crate::cli_context::CliContext;
use crate::entity::entity_label;
use crate::output::CommandOutput;
use journal::domain::entity::EntityType;
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities::{self, EntitySplitRequest};

/// Move mentions of an entity to another entity or to a new one
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity split 12 --mentions 88 --name \"Marta from the choir\"")]
pub struct Args {
    /// Id of the entity that has the mentions
    id: EntityId,
    /// Mention ids, as shown by `journal entity show`
    #[arg(long, value_name = "N", required = true, num_args = 1..)]
    mentions: Vec<i64>,
    /// Move them to this entity
    #[arg(long, value_name = "ID", required_unless_present = "name", conflicts_with_all = ["name", "kind"])]
    into: Option<EntityId>,
    /// Move them to a new entity with this name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Type of the new entity [default: type of the source]
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<EntityType>,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let split = EntitySplitRequest { mentions: args.mentions, target_id: args.into, name: args.name, kind: args.kind };
    let done = entities::split(&ctx, args.id, split).await?;
    out.result(&done, |done| {
        format!(
            "Moved {} mentions from {} to {}",
            done.mentions_moved,
            entity_label(&done.source),
            entity_label(&done.target)
        )
    })
}
