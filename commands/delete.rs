use crate::cli_context::CliContext;
use crate::confirmed_delete::delete_confirmed;
use crate::output::CommandOutput;
use journal::domain::id::EntryId;
use journal::error::Result;
use journal::services::entries::{self, DeletionMode};

/// Move entries to the trash, or destroy them
///
/// Deletes all given entries with the data derived from them, or none if one does not exist. `journal trash restore`
/// restores them until they are destroyed, by default after 30 days (setting trash.days).
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal delete 7 8 --dry-run")]
pub struct Args {
    /// Entry ids
    #[arg(required = true, value_name = "ID")]
    ids: Vec<EntryId>,
    /// Destroy them at once; this cannot be undone
    #[arg(long)]
    now: bool,
    /// Show the entries that would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let (ask, days) = (shell.ask, shell.config.trash_days);
    let ctx = shell.user_ctx()?;
    let describe = async |id| {
        let entry = entries::get(&ctx, id).await?;
        Ok(format!("entry {id} ({}, {} words)", entry.entry_date, entry.word_count))
    };
    let mode = if args.now { DeletionMode::Now } else { DeletionMode::Trash };
    let delete = async |ids| entries::delete(&ctx, ids, mode).await;
    if args.now && !args.dry_run {
        out.note("--now destroys at once; nothing goes to the trash");
    }
    delete_confirmed(ask, args.ids, args.dry_run, out, describe, delete).await?;
    if !args.now && !args.dry_run {
        out.note(format!("`journal trash restore` restores deleted entries for {days} days"));
    }
    Ok(())
}
