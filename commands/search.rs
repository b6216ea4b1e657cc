use crate::cli_context::CliContext;
use crate::date_args;
use crate::output::CommandOutput;
use journal::domain::search_result::{SearchHit, SearchPage};
use journal::domain::text::{preview, printable};
use journal::error::Result;
use journal::jobs;
use journal::services::search;

/// Search entries by keyword and by meaning
///
/// In the query, "a phrase" is searched as it is, -word and -"a phrase" leave entries out, wal* finds words by their
/// beginning, and tag:travel, person:Anna, on:2026-05-12, before:2026 and after:2025-12 narrow the entries. A query
/// that is a day shows the entries of that day first.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal search \"when was I tired?\" --from 2026-01-01")]
pub struct Args {
    #[command(flatten)]
    search: search::EntrySearch,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let offset = usize::try_from(args.search.offset).unwrap_or_default();
    let between = date_args::resolve_range(&ctx, &args.search.between)?;
    let found = search::find(&ctx, search::EntrySearch { between, ..args.search }).await?;
    for operator in &found.unread_dates {
        out.warn(format!("`{operator}` is no date, so it was searched as words"));
    }
    if out.wants_json() {
        return out.result(&found, |_| String::new());
    }
    print_hits(&found, offset, out)?;
    if let Some(reason) = &found.words_only {
        out.warn(format!("keyword search only: {reason}"));
    }
    if found.items.is_empty() {
        out.note("No entries found.");
    }
    let pending = jobs::count_pending_embeddings(&ctx).await.unwrap_or(0);
    if pending > 0 {
        out.note(format!(
            "{pending} entries have no vectors yet and are found by keyword only; `journal job run` computes them"
        ));
    }
    Ok(())
}

/// Prints the exact hits, then those that are only near in meaning, under a heading.
fn print_hits(found: &SearchPage, offset: usize, out: &mut CommandOutput) -> Result<()> {
    let (exact, near): (Vec<_>, Vec<_>) = found.items.iter().partition(|hit| hit.exact);
    let heading = match (exact.is_empty(), near.is_empty()) {
        (_, true) => None,
        (true, false) => Some("nothing matches exactly; nearest:"),
        (false, false) => Some("near in meaning:"),
    };
    let mut position = offset;
    for hit in exact {
        position += 1;
        let text = hit_text(position, hit, out);
        out.print_rendered(&text)?;
    }
    if let Some(heading) = heading {
        out.print_rendered(heading)?;
    }
    for hit in near {
        position += 1;
        let text = hit_text(position, hit, out);
        out.print_rendered(&text)?;
    }
    Ok(())
}

fn hit_text(position: usize, hit: &SearchHit, out: &CommandOutput) -> String {
    let title = hit.title.as_ref().map_or_else(String::new, |title| format!(" · {}", printable(title)));
    let body = match (&hit.snippet, hit.matching_chunks.first()) {
        (Some(snippet), _) => out.highlight(&snippet.replace(['\n', '\t'], " ")),
        (None, Some(chunk)) => printable(&preview(&chunk.text, 200)),
        (None, None) => printable(&preview(&hit.text, 200)),
    };
    format!("{position:>3}. {} · entry {} · {:.2}{title}\n     {body}", hit.entry_date, hit.entry_id, hit.score)
}
