use crate::cli_context::CliContext;
use crate::entity::entity_label;
use crate::output::CommandOutput;
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities;

/// Delete entities with their mentions; later extraction does not recreate them
///
/// Deletes all given entities, or none if one does not exist. `journal entity allow` permits a name again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity delete 40 41 --dry-run")]
pub struct Args {
    /// Entity ids, as shown by `journal entity list`
    #[arg(required = true, value_name = "ID")]
    ids: Vec<EntityId>,
    /// Show the entities that would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ask = shell.ask;
    let ctx = shell.user_ctx()?;
    let mut ids = args.ids;
    ids.sort_unstable();
    ids.dedup();
    let mut shown = Vec::with_capacity(ids.len());
    for &id in &ids {
        let one = entities::get(&ctx, id).await?;
        shown.push(format!("{} with {} mentions", entity_label(&one), one.mention_count));
    }
    if args.dry_run {
        return out.result(&serde_json::json!({ "deleted": false, "ids": ids }), |_| {
            format!("Would delete {}", shown.join(", "))
        });
    }
    ask.confirm(&format!("Delete {}?", shown.join(", ")))?;
    let deleted = entities::delete(&ctx, ids).await?;
    out.result(&deleted, |_| format!("Deleted {}", shown.join(", ")))
}
