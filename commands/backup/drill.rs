use crate::backup::opening;
use crate::backup::opening::Looking;
use crate::out::Out;
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
    looking: Looking,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    opening::look(shell, args.looking, "Restoring into a work folder", out, async |backup, here, scratch, progress| {
        drill::drill(backup, here, scratch, &opening::sources(), progress).await
    })
    .await
}
