use crate::cli_context::CliContext;
use crate::date_args;
use crate::output::{CommandOutput, table};
use crate::text_layout::truncate;
use journal::error::Result;
use journal::services::entries;

/// List entries, newest first
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal list --tag travel --without-tag work")]
pub struct Args {
    #[command(flatten)]
    list: entries::EntryListQuery,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let between = date_args::resolve_range(&ctx, &args.list.between)?;
    let page = entries::list(&ctx, entries::EntryListQuery { between, ..args.list }).await?;
    out.result(&page, |page| {
        let rows = page.items.iter().map(|item| {
            let label = item.title.as_deref().unwrap_or(&item.preview);
            [
                item.id.to_string(),
                item.entry_date.clone() + if item.date_guessed { "?" } else { "" },
                item.entry_time.map(|time| time.to_string()).unwrap_or_default(),
                item.word_count.to_string(),
                truncate(label, 70),
            ]
        });
        table(["ID", "DATE", "TIME", "WORDS", "ENTRY"], rows)
    })?;
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    if shown < page.total {
        out.note(format!("{shown} of {} entries; --limit and --offset show more", page.total));
    }
    Ok(())
}
