use std::path::PathBuf;

use crate::cli_context::CliContext;
use crate::import::report::{self, ImportOptionArgs};
use crate::output::CommandOutput;
use journal::error::Result;
use journal::import_export::jrnl;

/// Import a jrnl journal from its JSON export or its text
///
/// Entries keep their dates, titles and tags; a star becomes the tag `starred`. Entries that were imported before are
/// skipped.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal import jrnl journal.json")]
pub struct Args {
    /// Output of `jrnl --export json` or `jrnl --export text`, or the journal file itself
    #[arg(value_name = "FILE")]
    path: PathBuf,
    #[command(flatten)]
    options: ImportOptionArgs,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let path = args.path;
    report::run_import(shell, args.options, out, async |ctx, dry_run, progress| {
        jrnl::import(ctx, &path, dry_run, progress).await
    })
    .await
}
