//! What names a backup and opens it, for every command that reads one.

use std::path::PathBuf;
use std::sync::Arc;

use crate::ask::Ask;
use crate::out::Out;
use crate::shell::Shell;
use journal::backup::Named;
use journal::backup::Source;
use journal::backup::Sources;
use journal::clock::SystemClock;
use journal::ctx::Ctx;
use journal::entropy::OsEntropy;
use journal::error::Kind;
use journal::error::Result;

/// A backup, and what opens it.
#[derive(Debug, clap::Args)]
pub struct Opening {
    /// The archive
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// File with an age identity or an SSH private key, mode 0600; may be given more than once
    #[arg(short, long, value_name = "FILE")]
    identity: Vec<PathBuf>,
    /// File with the passphrase of the archive, or of the identities; asked for on a terminal
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Folder of the originals, if it is not `media` beside the archive
    #[arg(long, value_name = "DIR")]
    media: Option<PathBuf>,
}

impl Opening {
    /// Finds the backup, asking for a passphrase where one is needed.
    ///
    /// # Errors
    /// As [`Source::find`].
    pub fn source(self, ask: Ask) -> Result<Source> {
        let named = Named {
            file: self.file,
            media: self.media,
            identities: self.identity,
            passphrase_file: self.passphrase_file,
        };
        match Source::find(&named, None) {
            Err(error) if error.wire_code() == "passphrase_needed" => {
                let passphrase = ask.secret("Passphrase", "--passphrase-file FILE")?;
                Source::find(&named, Some(&passphrase))
            }
            other => other,
        }
    }
}

/// The machine's clock and randomness.
pub fn sources() -> Sources {
    Sources { clock: Arc::new(SystemClock), entropy: Arc::new(OsEntropy) }
}

/// Opens the journal of this machine, if there is one that opens: a backup is looked at without one too.
///
/// # Errors
/// `Unauthenticated` for an API key that is not good.
pub fn here(shell: Shell, out: &Out) -> Result<Option<Ctx>> {
    let by_key = shell.config.api_key.is_some();
    match shell.administration() {
        Ok(ctx) => Ok(Some(ctx)),
        Err(error) if error.kind() == Kind::NotFound => Ok(None),
        Err(error) if by_key => Err(error),
        Err(error) => {
            out.warn(format!("the journal here does not open, so nothing is written down in it: {error}"));
            Ok(None)
        }
    }
}
