use crate::cli_context::CliContext;
use crate::entity::entity_label;
use crate::output::CommandOutput;
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities;

/// Release an entity from quarantine
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity release 40")]
pub struct Args {
    /// Entity id, as shown by `journal entity list --quarantined`
    id: EntityId,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let one = entities::lift_quarantine(&ctx, args.id).await?;
    out.result(&one, |one| format!("Released {} from quarantine", entity_label(one)))
}
