use crate::cli_context::CliContext;
use crate::entity::label::summary_label;
use crate::output::{CommandOutput, table};
use journal::app::context::Ctx;
use journal::domain::entity::{EntitySummary, EntityType};
use journal::error::Result;
use journal::services::entities;

/// List people, places and other entities, by type and name
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal entity list --type person")]
#[expect(clippy::struct_excessive_bools, reason = "one per flag")]
pub struct Args {
    /// Only entities of this type
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<EntityType>,
    /// Only entities with this text in a name
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// List quarantined entities instead
    #[arg(long, conflicts_with_all = ["kind", "search"])]
    quarantined: bool,
    /// List merge candidates instead
    #[arg(long, conflicts_with_all = ["kind", "search", "quarantined"])]
    candidates: bool,
    /// List pairs marked as different instead
    #[arg(long, conflicts_with_all = ["kind", "search", "quarantined", "candidates"])]
    different: bool,
    /// List dismissed names instead
    #[arg(long, conflicts_with_all = ["kind", "search", "quarantined", "candidates", "different"])]
    dismissed: bool,
    /// Rows per page, 1 to 200
    #[arg(long, default_value_t = entities::DEFAULT_PAGE_SIZE)]
    limit: i64,
    /// Rows to skip
    #[arg(long, default_value_t = 0)]
    offset: i64,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    if args.quarantined {
        return list_quarantined(&ctx, out).await;
    }
    if args.candidates {
        return list_candidates(&ctx, args.limit, out).await;
    }
    if args.different {
        return list_different(&ctx, args.limit, args.offset, out).await;
    }
    if args.dismissed {
        return list_dismissed(&ctx, out).await;
    }
    let kind = args.kind.map(|kind| kind.name().to_owned());
    let list = entities::EntityListQuery { kind, search: args.search, limit: args.limit, offset: args.offset };
    let page = entities::list(&ctx, list).await?;
    out.result(&page, |page| {
        let rows = page.items.iter().map(|one| {
            let EntitySummary {
                id, entity_type, canonical_name, mention_count, first_seen, last_seen, aliases, ..
            } = one;
            [
                id.to_string(),
                entity_type.to_string(),
                canonical_name.clone(),
                mention_count.to_string(),
                first_seen.clone(),
                last_seen.clone(),
                aliases.join(", "),
            ]
        });
        table(["ID", "TYPE", "NAME", "MENTIONS", "FIRST", "LAST", "ALIASES"], rows)
    })?;
    let shown = args.offset.max(0) + i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    if shown < page.total {
        out.note(format!("{} in total; `--offset {shown}` shows more", page.total));
    }
    Ok(())
}

async fn list_quarantined(ctx: &Ctx, out: &mut CommandOutput) -> Result<()> {
    let found = entities::list_quarantined(ctx).await?;
    out.result(&found, |found| {
        let rows = found.items.iter().map(|one| {
            let (since, reason) = (one.quarantined_at.clone(), one.quarantine_reason.clone());
            [one.id.to_string(), one.entity_type.to_string(), one.canonical_name.clone(), since, reason]
        });
        table(["ID", "TYPE", "NAME", "SINCE", "REASON"], rows)
    })
}

async fn list_candidates(ctx: &Ctx, limit: i64, out: &mut CommandOutput) -> Result<()> {
    let filter = entities::MergeCandidateFilter { status: "pending".to_owned(), limit };
    let found = entities::list_candidates(ctx, filter).await?;
    out.result(&found, |found| {
        let rows = found.items.iter().map(|pair| {
            [
                pair.id.to_string(),
                summary_label(&pair.entity_a),
                summary_label(&pair.entity_b),
                format!("{:.2}", pair.similarity),
            ]
        });
        table(["ID", "FIRST", "SECOND", "SIMILARITY"], rows)
    })?;
    if !found.items.is_empty() {
        out.note("`journal entity merge A B` merges a pair, `journal entity different A B` marks it as different");
    }
    Ok(())
}

async fn list_different(ctx: &Ctx, limit: i64, offset: i64, out: &mut CommandOutput) -> Result<()> {
    let found = entities::list_decisions(ctx, limit, offset).await?;
    out.result(&found, |found| {
        let rows = found.items.iter().map(|pair| {
            [pair.id.to_string(), summary_label(&pair.entity_a), summary_label(&pair.entity_b), pair.decided_at.clone()]
        });
        table(["ID", "FIRST", "SECOND", "SINCE"], rows)
    })
}

async fn list_dismissed(ctx: &Ctx, out: &mut CommandOutput) -> Result<()> {
    let found = entities::list_dismissals(ctx).await?;
    out.result(&found, |found| {
        let rows = found.items.iter().map(|one| {
            let entry = one.entry_id.map_or_else(|| "all".to_owned(), |entry| entry.to_string());
            [one.id.to_string(), one.entity_type.to_string(), one.name.clone(), entry, one.decided_at.clone()]
        });
        table(["ID", "TYPE", "NAME", "ENTRIES", "SINCE"], rows)
    })
}
