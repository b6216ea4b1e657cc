use std::path::PathBuf;

use super::report;
use crate::out::Out;
use crate::progress::Bar;
use crate::shell::Shell;
use ::journal::error::Result;
use ::journal::port::jrnl;

/// Bring in a journal of jrnl: its JSON export, or its text
///
/// Entries keep their days, titles and tags; a star becomes the tag `starred`. Entries that are there already are left
/// alone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What `jrnl --export json` or `jrnl --export text` wrote, or the journal itself
    #[arg(value_name = "FILE")]
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
    let report = jrnl::import(&ctx, &args.path, args.dry_run, &|done, total| reading.report(done, total)).await;
    reading.finish();
    report::finish(&ctx, report?, args.no_wait, &embedding, out).await
}
