use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::entities;
use journal::error::Result;
use journal::model::id::EntityId;

/// List what was merged into one, newest first
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its number, as `journal entity list` shows it
    id: EntityId,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let found = entities::history(&ctx, args.id).await?;
    out.result(&found, |found| {
        let rows = found.history.iter().map(|merge| {
            let state = merge.undone_at.as_ref().map_or_else(String::new, |at| format!("undone {at}"));
            let (kind, name) = (merge.absorbed_type.to_string(), merge.absorbed_name.clone());
            [merge.id.to_string(), merge.absorbed_id.to_string(), kind, name, merge.merged_at.clone(), state]
        });
        table(["MERGE", "ID", "TYPE", "NAME", "MERGED", "STATE"], rows)
    })
}
