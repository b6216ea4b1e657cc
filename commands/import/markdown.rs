use std::path::PathBuf;

use crate::cli_context::CliContext;
use crate::import::report::{self, ImportOptionArgs};
use crate::output::CommandOutput;
use journal::error::Result;
use journal::import_export::markdown;

/// Import a folder of notes: Markdown and plain text, with embedded photographs and recordings
///
/// The date of a note is the one in its front matter (`date`, otherwise `created`), its text or its file name,
/// otherwise the modification date of its file. Photographs and recordings in the folder that a note embeds (`![](a.jpg)`,
/// `![[a.jpg]]`) are imported, but not transcribed. Notes that were imported before are skipped, so the same folder can
/// be imported again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal import markdown ~/Notes")]
pub struct Args {
    /// Folder with the notes, including its subfolders
    #[arg(value_name = "DIR")]
    path: PathBuf,
    #[command(flatten)]
    options: ImportOptionArgs,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let path = args.path;
    report::run_import(shell, args.options, out, async |ctx, dry_run, progress| {
        markdown::import(ctx, &path, dry_run, progress).await
    })
    .await
}
