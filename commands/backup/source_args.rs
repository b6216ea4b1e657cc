//! Arguments and shared code of the commands that read a backup.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
use crate::progress::CommandProgress;
use crate::prompt::InteractivePrompt;
use journal::app::context::Ctx;
use journal::backup::{BackupReport, BackupSource, ClockAndRng, SourceArgs};
use journal::clock::SystemClock;
use journal::entropy::OsEntropy;
use journal::error::{ErrorKind, Result};

/// Opens a backup; prompts for a passphrase if one is required.
///
/// # Errors
/// As [`BackupSource::find`].
pub fn open_source(args: &SourceArgs, ask: InteractivePrompt) -> Result<BackupSource> {
    match BackupSource::find(args, None) {
        Err(error) if error.wire_code() == "passphrase_needed" => {
            let passphrase = ask.secret("Passphrase", "--passphrase-file FILE")?;
            BackupSource::find(args, Some(&passphrase))
        }
        other => other,
    }
}

/// Arguments of the commands that check a backup.
#[derive(Debug, clap::Args)]
pub struct BackupCheckArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Folder for encrypted temporary files, deleted afterwards; default: the folder of the archive
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

/// Checks a backup with a progress bar and prints the report; fails if a check failed.
pub async fn run_check(
    shell: CliContext,
    looking: BackupCheckArgs,
    label: &'static str,
    out: &mut CommandOutput,
    check: impl AsyncFnOnce(&BackupSource, Option<&Ctx>, Option<&Path>, &dyn Fn(u64, u64)) -> Result<BackupReport>,
) -> Result<()> {
    let bar = CommandProgress::new(label, &shell.global);
    let source = open_source(&looking.source, shell.ask)?;
    let local = open_local_journal(shell, out)?;
    let report =
        check(&source, local.as_ref(), looking.scratch.as_deref(), &|done, total| bar.report(done, total)).await?;
    bar.finish();
    print_report(report, out)
}

/// Returns the system clock and random number generator.
pub fn system_sources() -> ClockAndRng {
    ClockAndRng { clock: Arc::new(SystemClock), entropy: Arc::new(OsEntropy) }
}

/// Opens the journal of this machine; `None` if there is none or it cannot be opened.
///
/// # Errors
/// `Unauthenticated` for an invalid API key.
fn open_local_journal(shell: CliContext, out: &CommandOutput) -> Result<Option<Ctx>> {
    let by_key = shell.config.api_key.is_some();
    match shell.admin_ctx() {
        Ok(ctx) => Ok(Some(ctx)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if by_key => Err(error),
        Err(error) => {
            out.warn(format!("the local journal cannot be opened, so the result is not recorded: {error}"));
            Ok(None)
        }
    }
}

fn print_report(report: BackupReport, out: &mut CommandOutput) -> Result<()> {
    out.result(&report, |report| {
        let rows = report.checks.iter().map(|check| {
            let mark = if check.ok { "ok" } else { "FAILED" };
            [mark.to_owned(), check.name.clone(), check.detail.clone()]
        });
        table(["", "CHECK", "FOUND"], rows)
    })?;
    if report.recorded {
        out.note("Recorded in the local journal");
    }
    report.into_result()
}
