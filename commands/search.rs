use crate::out::Out;
use crate::shell::Shell;
use journal::error::Result;
use journal::jobs;
use journal::model::hit::Hit;
use journal::model::text::preview;
use journal::model::text::printable;
use journal::search;

/// Find entries by word and by meaning
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    search: search::Search,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let offset = args.search.offset as usize;
    let found = search::find(&ctx, args.search).await?;
    if out.wants_json() {
        return out.result(&found, |_| String::new());
    }
    for (position, hit) in found.items.iter().enumerate() {
        let text = hit_text(offset + position + 1, hit, out);
        out.rendered(&text)?;
    }
    if let Some(why) = &found.words_only {
        out.warn(format!("found by word only: {why}"));
    }
    if found.items.is_empty() {
        out.note("Nothing found.");
    }
    let pending = jobs::pending(&ctx).await.unwrap_or(0);
    if pending > 0 {
        out.note(format!("{pending} entries are found by word only, until `journal job run` made their vectors"));
    }
    Ok(())
}

fn hit_text(position: usize, hit: &Hit, out: &Out) -> String {
    let title = hit.title.as_ref().map_or_else(String::new, |title| format!(" · {}", printable(title)));
    let body = match (&hit.snippet, hit.matching_chunks.first()) {
        (Some(snippet), _) => out.highlight(&snippet.replace(['\n', '\t'], " ")),
        (None, Some(chunk)) => printable(&preview(&chunk.text, 200)),
        (None, None) => printable(&preview(&hit.text, 200)),
    };
    format!("{position:>3}. {} · entry {} · {:.2}{title}\n     {body}", hit.entry_date, hit.entry_id, hit.score)
}
