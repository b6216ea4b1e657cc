//! Commands that merge, split and distinguish entities.

use clap::Subcommand;
use serde_json::json;

use crate::cli_context::CliContext;
use crate::entity::label::entity_label;
use crate::output::{CommandOutput, table};
use journal::domain::entity::{EntityMergeHistory, EntityMergeResult, EntityType};
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities::{self, EntitySplitRequest};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Merge entities into one; `journal entity undo` reverses it
    #[command(after_long_help = "Example:\n\n    journal entity merge 12 31")]
    Merge {
        /// Id of the entity to keep
        survivor: EntityId,
        /// Ids of the entities to merge into it
        #[arg(required = true)]
        absorbed: Vec<EntityId>,
    },
    /// Undo a merge: restore the merged entity with its mentions and names
    #[command(after_long_help = "Example:\n\n    journal entity undo 5")]
    Undo {
        /// Merge id, as shown by `journal entity history`
        merge_id: i64,
    },
    /// List the merges into an entity, newest first
    #[command(after_long_help = "Example:\n\n    journal entity history 12")]
    History {
        /// Entity id, as shown by `journal entity list`
        id: EntityId,
    },
    /// Move mentions of an entity to another entity or to a new one
    #[command(
        after_long_help = "Example:\n\n    journal entity split 12 --mentions 88 --name \"Marta from the choir\""
    )]
    Split {
        /// Id of the entity that has the mentions
        id: EntityId,
        /// Mention ids, as shown by `journal entity show`
        #[arg(long, value_name = "N", required = true, num_args = 1..)]
        mentions: Vec<i64>,
        /// Move them to this entity
        #[arg(long, value_name = "ID", required_unless_present = "name", conflicts_with_all = ["name", "kind"])]
        into: Option<EntityId>,
        /// Move them to a new entity with this name
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Type of the new entity [default: type of the source]
        #[arg(long = "type", value_name = "TYPE")]
        kind: Option<EntityType>,
    },
    /// Mark two entities as different, so that they are not suggested for merging again
    ///
    /// `journal entity merge` merges them instead.
    #[command(after_long_help = "Example:\n\n    journal entity different 12 31")]
    Different {
        /// Id of the first entity
        #[arg(required_unless_present = "undo", requires = "other")]
        one: Option<EntityId>,
        /// Id of the second entity
        other: Option<EntityId>,
        /// Undo a decision, by its id in `journal entity list --different`
        #[arg(long, value_name = "ID", conflicts_with_all = ["one", "other"])]
        undo: Option<i64>,
    },
}

pub async fn run(shell: CliContext, command: Command, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    match command {
        Command::Merge { survivor, absorbed } => {
            out.done(&entities::merge(&ctx, survivor, absorbed).await?, render_merge)
        }
        Command::Undo { merge_id } => out.done(&entities::undo_merge(&ctx, merge_id).await?, |undone| {
            format!(
                "Restored {} with {} mentions; {} keeps the others",
                entity_label(&undone.restored),
                undone.mentions_returned,
                entity_label(&undone.survivor)
            )
        }),
        Command::History { id } => out.result(&entities::merge_history(&ctx, id).await?, render_history),
        Command::Split { id, mentions, into, name, kind } => {
            let split = EntitySplitRequest { mentions, target_id: into, name, kind };
            out.done(&entities::split(&ctx, id, split).await?, |done| {
                let (source, target) = (entity_label(&done.source), entity_label(&done.target));
                format!("Moved {} mentions from {source} to {target}", done.mentions_moved)
            })
        }
        Command::Different { undo: Some(id), .. } => {
            entities::withdraw_decision(&ctx, id).await?;
            out.done(&json!({ "id": id, "deleted": true }), |_| format!("Removed decision {id}"))
        }
        Command::Different { one, other, undo: None } => {
            let (Some(one), Some(other)) = (one, other) else { return Ok(()) };
            out.done(&entities::mark_distinct(&ctx, one, other).await?, |decision| {
                let (one, other) = (&decision.entity_a.canonical_name, &decision.entity_b.canonical_name);
                format!("Marked {one} and {other} as different")
            })
        }
    }
}

fn render_merge(merged: &EntityMergeResult) -> String {
    let merge_ids: Vec<String> = merged.merge_ids.iter().map(i64::to_string).collect();
    format!(
        "Merged {} into {}: {} mentions moved; undo with `journal entity undo {}`",
        merged.absorbed_ids.len(),
        entity_label(&merged.survivor),
        merged.mentions_reassigned,
        merge_ids.join("`, `journal entity undo ")
    )
}

fn render_history(found: &EntityMergeHistory) -> String {
    let rows = found.history.iter().map(|merge| {
        let state = merge.undone_at.as_ref().map_or_else(String::new, |at| format!("undone {at}"));
        let (kind, name) = (merge.absorbed_type.to_string(), merge.absorbed_name.clone());
        [merge.id.to_string(), merge.absorbed_id.to_string(), kind, name, merge.merged_at.clone(), state]
    });
    table(["MERGE", "ID", "TYPE", "NAME", "MERGED", "STATE"], rows)
}
