use std::path::PathBuf;

use crate::import::report;
use crate::import::report::How;
use crate::out::Out;
use crate::shell::Shell;
use journal::error::Result;
use journal::port::day_one;

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
    #[command(flatten)]
    how: How,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let path = args.path;
    report::take(shell, args.how, out, async |ctx, dry_run, told| day_one::import(ctx, &path, dry_run, told).await)
        .await
}
