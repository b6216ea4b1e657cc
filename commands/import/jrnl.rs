use std::path::PathBuf;

use crate::import::report;
use crate::import::report::How;
use crate::out::Out;
use crate::shell::Shell;
use journal::error::Result;
use journal::port::jrnl;

/// Bring in a journal of jrnl: its JSON export, or its text
///
/// Entries keep their days, titles and tags; a star becomes the tag `starred`. Entries that are there already are left
/// alone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What `jrnl --export json` or `jrnl --export text` wrote, or the journal itself
    #[arg(value_name = "FILE")]
    path: PathBuf,
    #[command(flatten)]
    how: How,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let path = args.path;
    report::take(shell, args.how, out, async |ctx, dry_run, told| jrnl::import(ctx, &path, dry_run, told).await).await
}
