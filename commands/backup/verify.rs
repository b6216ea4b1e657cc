use crate::backup::opening;
use crate::backup::opening::Looking;
use crate::out::Out;
use crate::shell::Shell;
use journal::backup::verify;
use journal::error::Result;

/// Read a backup through: every byte decrypted, every hash, database, chain and original checked
///
/// Needs no journal on this machine; in the one that the backup is of, it is written down.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    looking: Looking,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    opening::look(shell, args.looking, "Verifying", out, async |backup, here, scratch, progress| {
        verify::verify(backup, here, scratch, &opening::sources(), progress).await
    })
    .await
}
