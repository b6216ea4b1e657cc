use crate::out::Out;
use crate::shell::Shell;
use journal::entries;
use journal::error::Result;
use journal::model::id::EntryId;

/// Delete entries, with everything made of them
///
/// All of them are deleted, or none when one is missing. There is no undo.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Numbers of the entries
    #[arg(required = true, value_name = "ID")]
    ids: Vec<EntryId>,
    /// Show what would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ask = shell.ask;
    let ctx = shell.ctx()?;
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
