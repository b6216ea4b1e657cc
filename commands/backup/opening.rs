//! What names a backup and opens it, for every command that reads one.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use crate::asking::Ask;
use crate::out::Out;
use crate::out::table;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::backup::Named;
use journal::backup::Report;
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

/// A backup to look at, and where its work files go.
#[derive(Debug, clap::Args)]
pub struct Looking {
    #[command(flatten)]
    opening: Opening,
    /// Folder for work files, which are encrypted and go away; that of the archive if not given
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

/// Looks at a backup behind a bar, and prints what was found; what failed is the command's failure.
pub async fn look(
    shell: Shell,
    looking: Looking,
    what: &'static str,
    out: &mut Out,
    look: impl AsyncFnOnce(&Source, Option<&Ctx>, Option<&Path>, &dyn Fn(u64, u64)) -> Result<Report>,
) -> Result<()> {
    let bar = Bar::new(what, &shell.global);
    let source = looking.opening.source(shell.ask)?;
    let here = here(shell, out)?;
    let report =
        look(&source, here.as_ref(), looking.scratch.as_deref(), &|done, total| bar.report(done, total)).await?;
    bar.finish();
    show(report, out)
}

/// The machine's clock and randomness.
pub fn sources() -> Sources {
    Sources { clock: Arc::new(SystemClock), entropy: Arc::new(OsEntropy) }
}

/// Opens the journal of this machine, if there is one that opens: a backup is looked at without one too.
///
/// # Errors
/// `Unauthenticated` for an API key that is not good.
fn here(shell: Shell, out: &Out) -> Result<Option<Ctx>> {
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

fn show(report: Report, out: &mut Out) -> Result<()> {
    out.result(&report, |report| {
        let rows = report.checks.iter().map(|check| {
            let mark = if check.ok { "ok" } else { "FAILED" };
            [mark.to_owned(), check.name.clone(), check.detail.clone()]
        });
        table(["", "CHECK", "FOUND"], rows)
    })?;
    if report.recorded {
        out.note("Written down in the journal here");
    }
    report.verdict()
}
