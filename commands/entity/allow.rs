use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::domain::entity::EntityType;
use journal::error::Result;
use journal::services::entities;

/// Allow a dismissed name to be extracted again
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity allow Ghent --type place")]
pub struct Args {
    /// Dismissed name, as shown by `journal entity list --dismissed`
    name: String,
    /// Only as this type
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<EntityType>,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let allowed = entities::delete_dismissals_of_name(&ctx, &args.name, args.kind).await?;
    out.result(&serde_json::json!({ "allowed": allowed }), |_| {
        "The name is allowed again; the next extraction can find it".to_owned()
    })
}
