use std::path::PathBuf;

use crate::cli_context::CliContext;
use crate::import::report::{self, ImportOptionArgs};
use crate::output::CommandOutput;
use journal::error::Result;
use journal::import_export::day_one;

/// Import a Day One journal from the ZIP of its JSON export
///
/// The date of an entry is the local date of the place where it was written. Photographs and recordings are imported,
/// videos and other files are not; place and weather become the last line of the text. Entries that were imported
/// before are skipped.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal import day-one Export.zip --dry-run")]
pub struct Args {
    /// ZIP file written by Day One with Export → JSON
    #[arg(value_name = "ZIP")]
    path: PathBuf,
    #[command(flatten)]
    options: ImportOptionArgs,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let path = args.path;
    report::run_import(shell, args.options, out, async |ctx, dry_run, progress| {
        day_one::import(ctx, &path, dry_run, progress).await
    })
    .await
}
