use crate::out::Out;
use crate::shell::Shell;
use journal::entities;
use journal::error::Result;
use journal::model::entity::EntityType;

/// Let a name be found again that you told to be nothing
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The name, as `journal entity list --dismissed` shows it
    name: String,
    /// Only as this type
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<EntityType>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let allowed = entities::allow_name(&ctx, &args.name, args.kind).await?;
    out.result(&serde_json::json!({ "allowed": allowed }), |_| {
        "The name is found again when its entries are looked at anew".to_owned()
    })
}
