use serde::Serialize;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::domain::entity::{EntityDetail, EntityMention, EntityRelationship};
use journal::domain::id::EntityId;
use journal::error::Result;
use journal::services::entities;

/// Show an entity with its relationships and mentions
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity show 12")]
pub struct Args {
    /// Entity id, as shown by `journal entity list`
    id: EntityId,
    /// Mentions to show, newest first, 1 to 200
    #[arg(long, default_value_t = entities::DEFAULT_PAGE_SIZE)]
    limit: i64,
    /// Mentions to skip
    #[arg(long, default_value_t = 0)]
    offset: i64,
}

/// JSON output of `journal entity show`.
#[derive(Serialize)]
struct EntityShowOutput {
    #[serde(flatten)]
    one: EntityDetail,
    mentions: Vec<EntityMention>,
    outgoing: Vec<EntityRelationship>,
    incoming: Vec<EntityRelationship>,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let one = entities::get(&ctx, args.id).await?;
    let mentions = entities::list_mentions(&ctx, args.id, args.limit, args.offset).await?;
    let relationships = entities::list_relationships(&ctx, args.id).await?;
    let total = mentions.total;
    let shown = EntityShowOutput {
        one,
        mentions: mentions.mentions,
        outgoing: relationships.outgoing,
        incoming: relationships.incoming,
    };
    out.result(&shown, |shown| {
        let mut lines = header_lines(&shown.one);
        for one in shown.outgoing.iter().chain(&shown.incoming) {
            let EntityRelationship { subject_name, predicate, object_name, entry_id, .. } = one;
            lines.push(format!("  {subject_name} {predicate} {object_name} (entry {entry_id})"));
        }
        lines.push(format!("{} of {total} mentions", shown.mentions.len()));
        for one in &shown.mentions {
            let EntityMention { id, entry_id, entry_date, quote, confidence, .. } = one;
            lines.push(format!("  [{id}] {entry_date} entry {entry_id}: \"{quote}\" ({confidence:.2})"));
        }
        lines.join("\n")
    })
}

fn header_lines(one: &EntityDetail) -> Vec<String> {
    let mut lines = vec![format!("{} {}: {}", one.entity_type, one.id, one.canonical_name)];
    if !one.aliases.is_empty() {
        lines.push(format!("aliases: {}", one.aliases.join(", ")));
    }
    if !one.description.is_empty() {
        lines.push(one.description.clone());
    }
    if one.is_quarantined {
        lines.push(format!("quarantined {}: {}", one.quarantined_at, one.quarantine_reason));
    }
    if !one.first_seen.is_empty() {
        lines.push(format!("seen {} to {}", one.first_seen, one.last_seen));
    }
    lines
}
