use crate::entity::named;
use crate::out::Out;
use crate::shell::Shell;
use journal::entities;
use journal::entities::Split;
use journal::error::Result;
use journal::model::entity::EntityType;
use journal::model::id::EntityId;

/// Give mentions of one to another, or to a new one
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The number of the one that has them, as `journal entity list` shows it
    id: EntityId,
    /// Numbers of its mentions, as `journal entity show` shows them
    #[arg(long, value_name = "N", required = true, num_args = 1..)]
    mentions: Vec<i64>,
    /// Give them to this one
    #[arg(long, value_name = "ID", required_unless_present = "name", conflicts_with_all = ["name", "kind"])]
    into: Option<EntityId>,
    /// Give them to a new one of this name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What the new one is [default: what the other is]
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<EntityType>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let split = Split { mentions: args.mentions, into: args.into, name: args.name, kind: args.kind };
    let done = entities::split(&ctx, args.id, split).await?;
    out.result(&done, |done| {
        format!("Moved {} mentions from {} to {}", done.mentions_moved, named(&done.source), named(&done.target))
    })
}
