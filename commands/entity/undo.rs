use crate::entity::named;
use crate::out::Out;
use crate::shell::Shell;
use journal::entities;
use journal::error::Result;

/// Undo a merge: the one that went is there again, with its mentions and names
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The number of the merge, as `journal entity history` shows it
    merge_id: i64,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let undone = entities::undo(&ctx, args.merge_id).await?;
    out.result(&undone, |undone| {
        format!(
            "{} is there again, with {} mentions; {} keeps the rest",
            named(&undone.restored),
            undone.mentions_returned,
            named(&undone.survivor)
        )
    })
}
