use std::sync::Arc;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use crate::progress::CommandProgress;
use journal::error::Result;
use journal::import_export::journal_server::{self, ServerImportRequest};

/// Import all users of a Python journal-server: journals, logins, API keys and settings
///
/// The database is only read; every schema version is supported. Passwords, sessions and API keys keep working, and
/// entries keep their ids. An interrupted import continues where it stopped; existing data is not changed. The running
/// server or `journal job run` recomputes the vectors.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal import journal-server --db journal.db --dry-run")]
pub struct Args {
    #[command(flatten)]
    request: ServerImportRequest,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let bar = Arc::new(CommandProgress::new("Importing", &shell.global));
    let ctx = shell.admin_ctx()?;
    let progress = bar.clone();
    let report =
        journal_server::import(&ctx, args.request, Arc::new(move |done, total| progress.report(done, total))).await;
    bar.finish();
    out.done(&report?, ToString::to_string)
}
