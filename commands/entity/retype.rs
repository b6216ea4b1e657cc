use crate::entity::named;
use crate::out::Out;
use crate::shell::Shell;
use journal::entities;
use journal::entities::Change;
use journal::error::Result;
use journal::model::entity::EntityType;
use journal::model::id::EntityId;

/// Say what one is
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its number, as `journal entity list` shows it
    id: EntityId,
    /// What it is
    #[arg(value_name = "TYPE")]
    kind: EntityType,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let change = Change { kind: Some(args.kind), ..Change::default() };
    let changed = entities::change(&ctx, args.id, change).await?;
    out.result(&changed, |changed| format!("It is {}", named(&changed.entity)))
}
