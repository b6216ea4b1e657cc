use std::path::PathBuf;
use std::sync::Arc;

use crate::out::Out;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::error::Result;
use journal::port::journal_server;
use journal::port::journal_server::Owner;
use journal::port::journal_server::Request;

/// Bring over everybody of a Python journal-server: journals, logins, API keys, settings
///
/// The database is only read, whatever version it is of. Passwords, sessions and API keys keep working, and entries
/// keep their numbers. A run that was interrupted goes on where it was; what is here already is not touched. Vectors
/// are made anew by the running server, or by `journal job run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its database, usually journal.db; stop the Python server first
    #[arg(long, value_name = "FILE")]
    db: PathBuf,
    /// Whose journal here a user's there becomes; by default the one with the same address
    #[arg(long, value_name = "OLD=NEW")]
    owner: Vec<Owner>,
    /// Show what would come over, and bring nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let bar = Arc::new(Bar::new("Importing", &shell.global));
    let ctx = shell.administration()?;
    let request = Request { db: args.db, owners: args.owner, dry_run: args.dry_run };
    let shown = bar.clone();
    let report = journal_server::import(&ctx, request, Arc::new(move |done, total| shown.report(done, total))).await;
    bar.finish();
    out.result(&report?, ToString::to_string)
}
