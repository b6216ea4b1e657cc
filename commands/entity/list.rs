use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::ctx::Ctx;
use journal::entities;
use journal::error::Result;
use journal::model::entity::EntityType;
use journal::model::entity::Summary;

/// List people, places and the like, by type and name
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "one per flag")]
pub struct Args {
    /// Only those of this type
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<EntityType>,
    /// Only those with this in a name
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// List what is set aside instead
    #[arg(long, conflicts_with_all = ["kind", "search"])]
    quarantined: bool,
    /// List pairs that may be one instead
    #[arg(long, conflicts_with_all = ["kind", "search", "quarantined"])]
    candidates: bool,
    /// List pairs that you told to be two instead
    #[arg(long, conflicts_with_all = ["kind", "search", "quarantined", "candidates"])]
    different: bool,
    /// List names that you told to be nothing instead
    #[arg(long, conflicts_with_all = ["kind", "search", "quarantined", "candidates", "different"])]
    dismissed: bool,
    /// Rows a page, 1 to 200
    #[arg(long, default_value_t = 50)]
    limit: i64,
    /// Rows to skip
    #[arg(long, default_value_t = 0)]
    offset: i64,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    if args.quarantined {
        return quarantined(&ctx, out).await;
    }
    if args.candidates {
        return candidates(&ctx, args.limit, out).await;
    }
    if args.different {
        return different(&ctx, args.limit, args.offset, out).await;
    }
    if args.dismissed {
        return dismissed(&ctx, out).await;
    }
    let kind = args.kind.map(|kind| kind.name().to_owned());
    let list = entities::List { kind, search: args.search, limit: args.limit, offset: args.offset };
    let page = entities::list(&ctx, list).await?;
    out.result(&page, |page| {
        let rows = page.items.iter().map(|one| {
            let Summary { id, entity_type, canonical_name, mention_count, first_seen, last_seen, aliases, .. } = one;
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
        table(["ID", "TYPE", "NAME", "MENTIONS", "FIRST", "LAST", "ALSO"], rows)
    })?;
    let shown = args.offset.max(0) + i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    if shown < page.total {
        out.note(format!("{} in all; `--offset {shown}` shows more", page.total));
    }
    Ok(())
}

async fn quarantined(ctx: &Ctx, out: &mut Out) -> Result<()> {
    let found = entities::quarantined(ctx).await?;
    out.result(&found, |found| {
        let rows = found.items.iter().map(|one| {
            let (since, why) = (one.quarantined_at.clone(), one.quarantine_reason.clone());
            [one.id.to_string(), one.entity_type.to_string(), one.canonical_name.clone(), since, why]
        });
        table(["ID", "TYPE", "NAME", "SINCE", "WHY"], rows)
    })
}

async fn candidates(ctx: &Ctx, limit: i64, out: &mut Out) -> Result<()> {
    let wanted = entities::Candidates { status: "pending".to_owned(), limit };
    let found = entities::candidates(ctx, wanted).await?;
    out.result(&found, |found| {
        let rows = found.items.iter().map(|pair| {
            [pair.id.to_string(), named(&pair.entity_a), named(&pair.entity_b), format!("{:.2}", pair.similarity)]
        });
        table(["ID", "ONE", "OTHER", "LIKENESS"], rows)
    })?;
    if !found.items.is_empty() {
        out.note("`journal entity merge A B` makes a pair one, `journal entity different A B` says that it is two");
    }
    Ok(())
}

async fn different(ctx: &Ctx, limit: i64, offset: i64, out: &mut Out) -> Result<()> {
    let found = entities::decisions(ctx, limit, offset).await?;
    out.result(&found, |found| {
        let rows = found
            .items
            .iter()
            .map(|pair| [pair.id.to_string(), named(&pair.entity_a), named(&pair.entity_b), pair.decided_at.clone()]);
        table(["ID", "ONE", "OTHER", "SINCE"], rows)
    })
}

async fn dismissed(ctx: &Ctx, out: &mut Out) -> Result<()> {
    let found = entities::dismissed(ctx).await?;
    out.result(&found, |found| {
        let rows = found.items.iter().map(|one| {
            let entry = one.entry_id.map_or_else(|| "all".to_owned(), |entry| entry.to_string());
            [one.id.to_string(), one.entity_type.to_string(), one.name.clone(), entry, one.decided_at.clone()]
        });
        table(["ID", "TYPE", "NAME", "ENTRIES", "SINCE"], rows)
    })
}

fn named(one: &Summary) -> String {
    format!("{} {}", one.id, one.canonical_name)
}
