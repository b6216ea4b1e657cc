use crate::entity::named;
use crate::out::Out;
use crate::shell::Shell;
use journal::entities;
use journal::error::Result;
use journal::model::id::EntityId;

/// Make some part of another; `journal entity undo` makes them two again
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The number of the one that stays
    survivor: EntityId,
    /// The numbers of those that become part of it
    #[arg(required = true)]
    absorbed: Vec<EntityId>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let merged = entities::merge(&ctx, args.survivor, args.absorbed).await?;
    out.result(&merged, |merged| {
        let numbers: Vec<String> = merged.merge_ids.iter().map(i64::to_string).collect();
        format!(
            "Merged {} into {}: {} mentions moved; undo with `journal entity undo {}`",
            merged.absorbed_ids.len(),
            named(&merged.survivor),
            merged.mentions_reassigned,
            numbers.join("`, `journal entity undo ")
        )
    })
}
