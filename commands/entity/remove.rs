//! Commands that quarantine and delete entities.

use clap::Subcommand;
use serde_json::json;

use crate::cli_context::CliContext;
use crate::confirmed_delete::delete_confirmed;
use crate::entity::label::entity_label;
use crate::output::CommandOutput;
use journal::domain::entity::EntityType;
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Quarantine an entity: exclude it from lists and counts
    #[command(after_long_help = "Example:\n\n    journal entity quarantine 40 --reason \"a ship, not a person\"")]
    Quarantine {
        /// Entity id, as shown by `journal entity list`
        id: EntityId,
        /// Reason, shown by `journal entity list --quarantined`
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        reason: String,
    },
    /// Release an entity from quarantine
    #[command(after_long_help = "Example:\n\n    journal entity release 40")]
    Release {
        /// Entity id, as shown by `journal entity list --quarantined`
        id: EntityId,
    },
    /// Delete entities with their mentions; later extraction does not recreate them
    ///
    /// Deletes all given entities, or none if one does not exist. `journal entity allow` permits a name again.
    #[command(after_long_help = "Example:\n\n    journal entity delete 40 41 --dry-run")]
    Delete {
        /// Entity ids, as shown by `journal entity list`
        #[arg(required = true, value_name = "ID")]
        ids: Vec<EntityId>,
        /// Show the entities that would be deleted, and delete nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Allow a dismissed name to be extracted again
    #[command(after_long_help = "Example:\n\n    journal entity allow Ghent --type place")]
    Allow {
        /// Dismissed name, as shown by `journal entity list --dismissed`
        name: String,
        /// Only as this type
        #[arg(long = "type", value_name = "TYPE")]
        kind: Option<EntityType>,
    },
}

pub async fn run(shell: CliContext, command: Command, out: &mut CommandOutput) -> Result<()> {
    let ask = shell.ask;
    let ctx = shell.user_ctx()?;
    match command {
        Command::Quarantine { id, reason } => out.done(&entities::quarantine(&ctx, id, &reason).await?, |one| {
            format!("Quarantined {}; `journal entity release {}` undoes this", entity_label(one), one.id)
        }),
        Command::Release { id } => {
            let one = entities::lift_quarantine(&ctx, id).await?;
            out.done(&one, |one| format!("Released {} from quarantine", entity_label(one)))
        }
        Command::Delete { ids, dry_run } => {
            let describe = async |id| {
                let one = entities::get(&ctx, id).await?;
                Ok(format!("{} with {} mentions", entity_label(&one), one.mention_count))
            };
            delete_confirmed(ask, ids, dry_run, out, describe, async |ids| entities::delete(&ctx, ids).await).await
        }
        Command::Allow { name, kind } => {
            let allowed = entities::delete_dismissals_of_name(&ctx, &name, kind).await?;
            out.done(&json!({ "allowed": allowed }), |_| {
                "The name is allowed again; the next extraction can find it".to_owned()
            })
        }
    }
}
