use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities;

/// Mark two entities as different, so that they are not suggested for merging again
///
/// `journal entity merge` merges them instead.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity different 12 31")]
pub struct Args {
    /// Id of the first entity
    #[arg(required_unless_present = "undo", requires = "other")]
    one: Option<EntityId>,
    /// Id of the second entity
    other: Option<EntityId>,
    /// Undo a decision, by its id in `journal entity list --different`
    #[arg(long, value_name = "ID", conflicts_with_all = ["one", "other"])]
    undo: Option<i64>,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    if let Some(id) = args.undo {
        entities::withdraw_decision(&ctx, id).await?;
        return out.result(&serde_json::json!({ "id": id, "deleted": true }), |_| format!("Removed decision {id}"));
    }
    let (Some(one), Some(other)) = (args.one, args.other) else { return Ok(()) };
    let decision = entities::mark_distinct(&ctx, one, other).await?;
    out.result(&decision, |decision| {
        format!("Marked {} and {} as different", decision.entity_a.canonical_name, decision.entity_b.canonical_name)
    })
}
