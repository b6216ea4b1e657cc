use crate::cli_context::CliContext;
use crate::entity::entity_label;
use crate::output::CommandOutput;
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities::{self, EntityPatch};

/// Set the description of an entity; it helps to distinguish similar entities
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity describe 12 \"Landlady of the flat in Ghent\"")]
pub struct Args {
    /// Entity id, as shown by `journal entity list`
    id: EntityId,
    /// Description; an empty text removes it
    text: String,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let change = EntityPatch { description: Some(args.text), ..EntityPatch::default() };
    let changed = entities::update(&ctx, args.id, change).await?;
    out.result(&changed, |changed| format!("Set the description of {}", entity_label(&changed.entity)))
}
