use crate::cli_context::CliContext;
use crate::confirmed_delete::delete_confirmed;
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
    let describe = async |id| {
        let entry = entries::get(&ctx, id).await?;
        Ok(format!("entry {id} ({}, {} words)", entry.entry_date, entry.word_count))
    };
    let delete = async |ids| entries::delete(&ctx, ids).await;
    delete_confirmed(ask, args.ids, args.dry_run, out, describe, delete).await
}
