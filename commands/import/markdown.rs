use std::path::PathBuf;

use super::report;
use crate::out::Out;
use crate::progress::Bar;
use crate::shell::Shell;
use ::journal::error::Result;
use ::journal::port::markdown;

/// Bring in a folder of notes: Markdown and plain text, with the pictures and recordings they show
///
/// A note's day is the one in its front matter (`date`, otherwise `created`), its text or its name, otherwise the
/// one on which its file was changed last. Photographs and recordings inside of the folder that a note shows
/// (`![](a.jpg)`, `![[a.jpg]]`) come with it, and nobody reads them. Notes that are there already are left alone, so
/// the same folder can be given again.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder, with all folders in it
    #[arg(value_name = "DIR")]
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
    let report = markdown::import(&ctx, &args.path, args.dry_run, &|done, total| reading.report(done, total)).await;
    reading.finish();
    report::finish(&ctx, report?, args.no_wait, &embedding, out).await
}
