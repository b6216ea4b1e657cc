use crate::entity::named;
use crate::out::Out;
use crate::shell::Shell;
use journal::entities;
use journal::error::Result;
use journal::model::id::EntityId;

/// Delete some with their mentions, so that no later look makes them again
///
/// All of them are deleted, or none when one is missing. `journal entity allow` lets a name be found again.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Their numbers, as `journal entity list` shows them
    #[arg(required = true, value_name = "ID")]
    ids: Vec<EntityId>,
    /// Show what would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ask = shell.ask;
    let ctx = shell.ctx()?;
    let mut ids = args.ids;
    ids.sort_unstable();
    ids.dedup();
    let mut shown = Vec::with_capacity(ids.len());
    for &id in &ids {
        let one = entities::get(&ctx, id).await?;
        shown.push(format!("{} with {} mentions", named(&one), one.mention_count));
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
