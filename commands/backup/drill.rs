use std::path::PathBuf;

use crate::backup::opening;
use crate::backup::opening::Opening;
use crate::backup::verify;
use crate::out::Out;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::backup::drill;
use journal::error::Result;

/// Try a backup for real: restore it into a work folder, open it, count, search, open originals, delete it
///
/// Needs no journal on this machine; in the one that the backup is of, it is written down, and `journal doctor` shows how
/// long ago that was.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    opening: Opening,
    /// Folder for work files, which are encrypted and go away; that of the archive if not given
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let bar = Bar::new("Restoring into a work folder", &shell.global);
    let source = args.opening.source(shell.ask)?;
    let here = opening::here(shell, out)?;
    let progress = |done, total| bar.report(done, total);
    let report = drill::drill(&source, here.as_ref(), args.scratch.as_deref(), &opening::sources(), &progress).await?;
    bar.finish();
    verify::show(report, out)
}
