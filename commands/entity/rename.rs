use crate::entity::named;
use crate::out::Out;
use crate::shell::Shell;
use journal::entities;
use journal::entities::Change;
use journal::error::Result;
use journal::model::id::EntityId;

/// Give one another name; the old one stays as another name
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its number, as `journal entity list` shows it
    id: EntityId,
    /// The new name
    name: String,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let change = Change { name: Some(args.name), ..Change::default() };
    let changed = entities::change(&ctx, args.id, change).await?;
    out.result(&changed, |changed| format!("Renamed {}", named(&changed.entity)))
}
