use crate::cli_context::CliContext;
use crate::entity::entity_label;
use crate::output::CommandOutput;
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities;

/// Quarantine an entity: exclude it from lists and counts
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity quarantine 40 --reason \"a ship, not a person\"")]
pub struct Args {
    /// Entity id, as shown by `journal entity list`
    id: EntityId,
    /// Reason, shown by `journal entity list --quarantined`
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let one = entities::quarantine(&ctx, args.id, &args.reason).await?;
    out.result(&one, |one| {
        format!("Quarantined {}; `journal entity release {}` undoes this", entity_label(one), one.id)
    })
}
