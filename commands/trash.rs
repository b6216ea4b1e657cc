use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::{CommandOutput, entries as count_entries, table};
use crate::progress::{self, CommandProgress};
use crate::write;
use journal::domain::id::EntryId;
use journal::domain::scope::Scope;
use journal::domain::trash::{RestoredEntry, TrashedEntry};
use journal::error::Result;
use journal::services::entries;

/// List, restore or destroy deleted entries
///
/// Deleted entries stay in the trash for 30 days (setting trash.days); then a running server or `journal job run`
/// destroys them. Backups contain the trash, exports do not.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List deleted entries, newest deletion first
    #[command(after_long_help = "Example:\n\n    journal trash list")]
    List {
        /// Entries per page, 1 to 200
        #[arg(long, default_value_t = entries::DEFAULT_TRASH_LIMIT,
              value_parser = clap::value_parser!(i64).range(1..=entries::MAX_TRASH_LIMIT))]
        limit: i64,
        /// Entries to skip
        #[arg(long, default_value_t = 0)]
        offset: i64,
    },
    /// Restore deleted entries with everything that belongs to them
    ///
    /// Restores all given entries, or none if one is not in the trash.
    #[command(after_long_help = "Example:\n\n    journal trash restore 7 8")]
    Restore {
        /// Entry ids, as shown by `journal trash list`
        #[arg(required = true, value_name = "ID")]
        ids: Vec<EntryId>,
    },
    /// Destroy entries in the trash: the given ones, or all
    ///
    /// Asks for confirmation. This cannot be undone.
    #[command(after_long_help = "Example:\n\n    journal trash empty --dry-run")]
    Empty {
        /// Entry ids, as shown by `journal trash list`; all without one
        #[arg(value_name = "ID")]
        ids: Vec<EntryId>,
        /// Show the entries that would be destroyed, and destroy nothing
        #[arg(long)]
        dry_run: bool,
    },
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    match args.command {
        Command::List { limit, offset } => list(shell, limit, offset, out).await,
        Command::Restore { ids } => restore(shell, ids, out).await,
        Command::Empty { ids, dry_run } => empty(shell, ids, dry_run, out).await,
    }
}

async fn list(shell: CliContext, limit: i64, offset: i64, out: &mut CommandOutput) -> Result<()> {
    let page = entries::list_trash(&shell.user_ctx()?, limit, offset).await?;
    out.result(&page, |page| {
        let rows = page.items.iter().map(|item| {
            let label = item.title.as_deref().unwrap_or(&item.preview);
            [
                item.id.to_string(),
                item.entry_date.clone(),
                item.word_count.to_string(),
                day(&item.deleted_at).to_owned(),
                day(&item.destroyed_from).to_owned(),
                label.chars().take(60).collect(),
            ]
        });
        table(["ID", "DATE", "WORDS", "DELETED", "DESTROYED FROM", "ENTRY"], rows)
    })?;
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    if shown < page.total {
        out.note(format!("{shown} of {} entries; --limit and --offset show more", page.total));
    }
    Ok(())
}

async fn restore(shell: CliContext, ids: Vec<EntryId>, out: &mut CommandOutput) -> Result<()> {
    let bar = CommandProgress::new("Embedding", &shell.global);
    let ctx = shell.user_ctx()?;
    let restored = entries::restore_from_trash(&ctx, distinct(ids)).await?;
    out.done(&serde_json::json!({ "restored": restored }), |_| {
        restored.iter().map(render_restored).collect::<Vec<_>>().join("\n")
    })?;
    write::report_embedding(out, progress::run_embedding_jobs(&ctx, Scope::EntriesWrite, &bar).await)
}

fn render_restored(entry: &RestoredEntry) -> String {
    if entry.id == entry.trash_id {
        format!("Restored entry {}", entry.id)
    } else {
        format!("Restored entry {} as entry {}, because another entry has that id", entry.trash_id, entry.id)
    }
}

async fn empty(shell: CliContext, ids: Vec<EntryId>, dry_run: bool, out: &mut CommandOutput) -> Result<()> {
    let ask = shell.ask;
    let ctx = shell.user_ctx()?;
    let selected = (!ids.is_empty()).then(|| distinct(ids));
    let items = entries::select_trashed(&ctx, selected).await?;
    let ids: Vec<EntryId> = items.iter().map(|item| item.id).collect();
    let shown = summarize(&items);
    if dry_run || ids.is_empty() {
        let document = serde_json::json!({ "deleted": false, "ids": ids });
        return out.result(&document, |_| match items.len() {
            0 => "The trash is empty".to_owned(),
            _ => format!("Would destroy {shown}"),
        });
    }
    ask.confirm(&format!("Destroy {shown}, permanently?"))?;
    out.done(&entries::empty_trash(&ctx, Some(ids)).await?, |_| format!("Destroyed {shown}"))
}

/// Returns the number of entries, their words and their first and last date.
fn summarize(items: &[TrashedEntry]) -> String {
    let words: i64 = items.iter().map(|item| item.word_count).sum();
    let dates = || items.iter().map(|item| item.entry_date.as_str());
    let range = match (dates().min(), dates().max()) {
        (Some(first), Some(last)) if first != last => format!(" from {first} to {last}"),
        (Some(first), _) => format!(" of {first}"),
        (None, _) => String::new(),
    };
    format!("{}{range} with {words} words", count_entries(i64::try_from(items.len()).unwrap_or(i64::MAX)))
}

fn distinct(mut ids: Vec<EntryId>) -> Vec<EntryId> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Returns the date of a timestamp.
fn day(timestamp: &str) -> &str {
    timestamp.split('T').next().unwrap_or(timestamp)
}
