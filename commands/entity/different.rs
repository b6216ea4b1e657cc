use crate::out::Out;
use crate::shell::Shell;
use journal::entities;
use journal::error::Result;
use journal::model::id::EntityId;

/// Say that two are two, so that they are not found as a pair again
///
/// `journal entity merge` says that they are one.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The number of the one
    #[arg(required_unless_present = "undo", requires = "other")]
    one: Option<EntityId>,
    /// The number of the other
    other: Option<EntityId>,
    /// Take a decision back, by its number in `journal entity list --different`
    #[arg(long, value_name = "ID", conflicts_with_all = ["one", "other"])]
    undo: Option<i64>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    if let Some(id) = args.undo {
        entities::withdraw(&ctx, id).await?;
        return out.result(&serde_json::json!({ "id": id, "deleted": true }), |_| format!("Took decision {id} back"));
    }
    let (Some(one), Some(other)) = (args.one, args.other) else { return Ok(()) };
    let decision = entities::differ(&ctx, one, other).await?;
    out.result(&decision, |decision| {
        format!("{} and {} are two", decision.entity_a.canonical_name, decision.entity_b.canonical_name)
    })
}
