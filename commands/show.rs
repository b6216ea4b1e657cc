use crate::out::Out;
use crate::shell::Shell;
use journal::entries;
use journal::error::Result;
use journal::model::entry::Entry;
use journal::model::entry::Version;
use journal::model::id::EntryId;

/// Show an entry
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Number of the entry
    id: EntryId,
    /// Show what it was before each edit
    #[arg(long)]
    history: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    if args.history {
        let versions = entries::history(&ctx, args.id).await?;
        return out.result(&serde_json::json!({ "entry_id": args.id, "items": versions }), |_| history(&versions));
    }
    let entry = entries::get(&ctx, args.id).await?;
    out.result(&entry, whole)
}

fn whole(entry: &Entry) -> String {
    let title = entry.title.as_ref().map_or_else(String::new, |title| format!(" · {title}"));
    let doubt = if entry.date_confirmed { "" } else { " (date in doubt)" };
    format!(
        "Entry {} · {}{doubt}{title}\n{} · {} words · changed {}\n\n{}\n",
        entry.id, entry.entry_date, entry.source_type, entry.word_count, entry.updated_at, entry.final_text
    )
}

fn history(versions: &[Version]) -> String {
    if versions.is_empty() {
        return "The entry was never edited.".to_owned();
    }
    let shown = versions.iter().map(|version| {
        let title = version.title.as_ref().map_or_else(String::new, |title| format!(" · {title}"));
        format!(
            "Version {} · {}{title} · {} words · until {}\n\n{}\n",
            version.version, version.entry_date, version.word_count, version.replaced_at, version.final_text
        )
    });
    shown.collect::<Vec<_>>().join("\n")
}
