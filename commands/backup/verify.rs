use std::path::PathBuf;

use crate::backup::opening;
use crate::backup::opening::Opening;
use crate::out::Out;
use crate::out::table;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::backup::Report;
use journal::backup::verify;
use journal::error::Result;

/// Read a backup through: every byte decrypted, every hash, database, chain and original checked
///
/// Needs no journal on this machine; in the one that the backup is of, it is written down.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    opening: Opening,
    /// Folder for work files, which are encrypted and go away; that of the archive if not given
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let bar = Bar::new("Verifying", &shell.global);
    let source = args.opening.source(shell.ask)?;
    let here = opening::here(shell, out)?;
    let progress = |done, total| bar.report(done, total);
    let report =
        verify::verify(&source, here.as_ref(), args.scratch.as_deref(), &opening::sources(), &progress).await?;
    bar.finish();
    show(report, out)
}

/// Prints what was found; what failed is the command's failure.
pub fn show(report: Report, out: &mut Out) -> Result<()> {
    out.result(&report, |report| {
        let rows = report.checks.iter().map(|check| {
            let mark = if check.ok { "ok" } else { "FAILED" };
            [mark.to_owned(), check.name.clone(), check.detail.clone()]
        });
        table(["", "CHECK", "FOUND"], rows)
    })?;
    if report.recorded {
        out.note("Written down in the journal here");
    }
    report.verdict()
}
