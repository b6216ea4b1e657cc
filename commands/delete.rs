use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::domain::id::EntryId;
use journal::error::Result;
use journal::services::entries;

/// Delete entries and all data derived from them
///
/// Deletes all given entries, or none if one does not exist. This cannot be undone.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal delete 7 8 --dry-run")]
pub struct Args {
    /// Entry ids
    #[arg(required = true, value_name = "ID")]
    ids: Vec<EntryId>,
    /// Show the entries that would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ask = shell.ask;
    let ctx = shell.user_ctx()?;
    let mut ids = args.ids;
    ids.sort_unstable();
    ids.dedup();
    let mut shown = Vec::with_capacity(ids.len());
    for &id in &ids {
        let entry = entries::get(&ctx, id).await?;
        shown.push(format!("entry {id} ({}, {} words)", entry.entry_date, entry.word_count));
    }
    if args.dry_run {
        return out.result(&serde_json::json!({ "deleted": false, "ids": ids }), |_| {
            format!("Would delete {}", shown.join(", "))
        });
    }
    ask.confirm(&format!("Delete {}?", shown.join(", ")))?;
    let deleted = entries::delete(&ctx, ids).await?;
    out.result(&deleted, |_| format!("Deleted {}", shown.join(", ")))
}
