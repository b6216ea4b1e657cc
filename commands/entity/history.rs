use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities;

/// List the merges into an entity, newest first
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity history 12")]
pub struct Args {
    /// Entity id, as shown by `journal entity list`
    id: EntityId,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let found = entities::merge_history(&ctx, args.id).await?;
    out.result(&found, |found| {
        let rows = found.history.iter().map(|merge| {
            let state = merge.undone_at.as_ref().map_or_else(String::new, |at| format!("undone {at}"));
            let (kind, name) = (merge.absorbed_type.to_string(), merge.absorbed_name.clone());
            [merge.id.to_string(), merge.absorbed_id.to_string(), kind, name, merge.merged_at.clone(), state]
        });
        table(["MERGE", "ID", "TYPE", "NAME", "MERGED", "STATE"], rows)
    })
}
