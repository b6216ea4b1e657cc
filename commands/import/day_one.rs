use std::path::PathBuf;

use super::report;
use crate::out::Out;
use crate::progress::Bar;
use crate::shell::Shell;
use ::journal::error::Result;
use ::journal::port::day_one;

/// Bring in a journal of Day One: the ZIP of its JSON export
///
/// An entry is of the day that it was where it was written. Its photographs and recordings come with it, videos and
/// other files do not; place and weather become the last line of its text. Entries that are there already are left
/// alone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What Day One wrote with Export → JSON
    #[arg(value_name = "ZIP")]
    path: PathBuf,
    /// Show what would be taken, and take nothing
    #[arg(long)]
    dry_run: bool,
    /// Leave vectors for later (`journal job run`)
    #[arg(long)]
    no_wait: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let (reading, embedding) = (Bar::new("Importing", &shell.global), Bar::new("Embedding", &shell.global));
    let ctx = shell.ctx()?;
    let report = day_one::import(&ctx, &args.path, args.dry_run, &|done, total| reading.report(done, total)).await;
    reading.finish();
    report::finish(&ctx, report?, args.no_wait, &embedding, out).await
}
