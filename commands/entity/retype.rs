use crate::cli_context::CliContext;
use crate::entity::entity_label;
use crate::output::CommandOutput;
use journal::domain::entity::EntityType;
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities::{self, EntityPatch};

/// Change the type of an entity
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity type 12 organization")]
pub struct Args {
    /// Entity id, as shown by `journal entity list`
    id: EntityId,
    /// New type
    #[arg(value_name = "TYPE")]
    kind: EntityType,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let change = EntityPatch { kind: Some(args.kind), ..EntityPatch::default() };
    let changed = entities::update(&ctx, args.id, change).await?;
    out.result(&changed, |changed| format!("Changed to {}", entity_label(&changed.entity)))
}
