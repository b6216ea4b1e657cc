use crate::cli_context::CliContext;
use crate::entity::entity_label;
use crate::output::CommandOutput;
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities;

/// Merge entities into one; `journal entity undo` reverses it
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity merge 12 31")]
pub struct Args {
    /// Id of the entity to keep
    survivor: EntityId,
    /// Ids of the entities to merge into it
    #[arg(required = true)]
    absorbed: Vec<EntityId>,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let merged = entities::merge(&ctx, args.survivor, args.absorbed).await?;
    out.result(&merged, |merged| {
        let merge_ids: Vec<String> = merged.merge_ids.iter().map(i64::to_string).collect();
        format!(
            "Merged {} into {}: {} mentions moved; undo with `journal entity undo {}`",
            merged.absorbed_ids.len(),
            entity_label(&merged.survivor),
            merged.mentions_reassigned,
            merge_ids.join("`, `journal entity undo ")
        )
    })
}
