use crate::entity::named;
use crate::out::Out;
use crate::shell::Shell;
use journal::entities;
use journal::entities::Change;
use journal::error::Result;
use journal::model::id::EntityId;

/// Say what there is to know of one; it helps to tell it from others
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its number, as `journal entity list` shows it
    id: EntityId,
    /// The description; an empty one removes it
    text: String,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let change = Change { description: Some(args.text), ..Change::default() };
    let changed = entities::change(&ctx, args.id, change).await?;
    out.result(&changed, |changed| format!("Described {}", named(&changed.entity)))
}
