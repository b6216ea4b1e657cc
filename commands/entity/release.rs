use crate::entity::named;
use crate::out::Out;
use crate::shell::Shell;
use journal::entities;
use journal::error::Result;
use journal::model::id::EntityId;

/// Take one back that was set aside
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its number, as `journal entity list --quarantined` shows it
    id: EntityId,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let one = entities::release(&ctx, args.id).await?;
    out.result(&one, |one| format!("Took {} back", named(one)))
}
