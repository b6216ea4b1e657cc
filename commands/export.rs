use std::path::PathBuf;

use crate::out::Out;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::error::Result;
use journal::port::export;

/// Take everything out: a Markdown file per entry, and one JSON document
///
/// The files are private to you and in the clear: keep them where you would keep a diary.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder to write to, new or empty
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let bar = Bar::new("Exporting", &shell.global);
    let ctx = shell.ctx()?;
    let exported = export::export(&ctx, &args.to, &|done, total| bar.report(done, total)).await?;
    bar.finish();
    out.result(&exported, |exported| format!("Wrote {} entries to {}", exported.entries, exported.to.display()))
}
