use serde::Serialize;

use crate::out::Out;
use crate::shell::Shell;
use journal::entities;
use journal::error::Result;
use journal::model::entity::Detail;
use journal::model::entity::Mention;
use journal::model::entity::Relationship;
use journal::model::id::EntityId;

/// Show what is known of one, and where entries speak of it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its number, as `journal entity list` shows it
    id: EntityId,
    /// Mentions to show, newest first, 1 to 200
    #[arg(long, default_value_t = 10)]
    limit: i64,
    /// Mentions to skip
    #[arg(long, default_value_t = 0)]
    offset: i64,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    one: Detail,
    mentions: Vec<Mention>,
    outgoing: Vec<Relationship>,
    incoming: Vec<Relationship>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let one = entities::get(&ctx, args.id).await?;
    let mentions = entities::mentions(&ctx, args.id, args.limit, args.offset).await?;
    let with = entities::relationships(&ctx, args.id).await?;
    let total = mentions.total;
    let shown = Shown { one, mentions: mentions.mentions, outgoing: with.outgoing, incoming: with.incoming };
    out.result(&shown, |shown| {
        let mut lines = head(&shown.one);
        for one in shown.outgoing.iter().chain(&shown.incoming) {
            let Relationship { subject_name, predicate, object_name, entry_id, .. } = one;
            lines.push(format!("  {subject_name} {predicate} {object_name} (entry {entry_id})"));
        }
        lines.push(format!("{} of {total} mentions", shown.mentions.len()));
        for one in &shown.mentions {
            let Mention { id, entry_id, entry_date, quote, confidence, .. } = one;
            lines.push(format!("  [{id}] {entry_date} entry {entry_id}: \"{quote}\" ({confidence:.2})"));
        }
        lines.join("\n")
    })
}

fn head(one: &Detail) -> Vec<String> {
    let mut lines = vec![format!("{} {}: {}", one.entity_type, one.id, one.canonical_name)];
    if !one.aliases.is_empty() {
        lines.push(format!("also {}", one.aliases.join(", ")));
    }
    if !one.description.is_empty() {
        lines.push(one.description.clone());
    }
    if one.is_quarantined {
        lines.push(format!("set aside {}: {}", one.quarantined_at, one.quarantine_reason));
    }
    if !one.first_seen.is_empty() {
        lines.push(format!("seen {} to {}", one.first_seen, one.last_seen));
    }
    lines
}
