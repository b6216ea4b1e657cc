use crate::cli_context::CliContext;
use crate::entity::entity_label;
use crate::output::CommandOutput;
use journal::error::Result;
use journal::services::entities;

/// Undo a merge: restore the merged entity with its mentions and names
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity undo 5")]
pub struct Args {
    /// Merge id, as shown by `journal entity history`
    merge_id: i64,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let undone = entities::undo_merge(&ctx, args.merge_id).await?;
    out.result(&undone, |undone| {
        format!(
            "Restored {} with {} mentions; {} keeps the others",
            entity_label(&undone.restored),
            undone.mentions_returned,
            entity_label(&undone.survivor)
        )
    })
}
