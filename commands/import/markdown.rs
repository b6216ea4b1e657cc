use std::path::PathBuf;

use crate::import::report;
use crate::import::report::How;
use crate::out::Out;
use crate::shell::Shell;
use journal::error::Result;
use journal::port::markdown;

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
    #[command(flatten)]
    how: How,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let path = args.path;
    report::take(shell, args.how, out, async |ctx, dry_run, told| markdown::import(ctx, &path, dry_run, told).await)
        .await
}
