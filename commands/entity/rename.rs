use crate::cli_context::CliContext;
use crate::entity::entity_label;
use crate::output::CommandOutput;
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities::{self, EntityPatch};

/// Rename an entity; the old name becomes an alias
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity rename 12 \"Marta Keller\"")]
pub struct Args {
    /// Entity id, as shown by `journal entity list`
    id: EntityId,
    /// New name
    name: String,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let change = EntityPatch { name: Some(args.name), ..EntityPatch::default() };
    let changed = entities::update(&ctx, args.id, change).await?;
    out.result(&changed, |changed| format!("Renamed {}", entity_label(&changed.entity)))
}
