use std::path::PathBuf;

use crate::out::Out;
use crate::progress;
use crate::progress::Bar;
use crate::shell::Shell;
use crate::write;
use ::journal::error::Result;
use ::journal::model::scope::Scope;
use ::journal::port::journal;
use ::journal::port::journal::From;
use ::journal::port::journal::Imported;

/// Bring back what `journal export` took out, into an empty journal
///
/// Everything gets the numbers and dates that it had; vectors are made anew. It is all of it or nothing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder, or the encrypted file
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// File of an identity that opens an encrypted export; can be given several times
    #[arg(short, long, value_name = "FILE")]
    identity: Vec<PathBuf>,
    /// File of the passphrase that opens it, or the identity; `-` for standard input
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Read everything and check it, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Leave vectors for later (`journal job run`)
    #[arg(long)]
    no_wait: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let (reading, embedding) = (Bar::new("Importing", &shell.global), Bar::new("Embedding", &shell.global));
    let passphrase = match &args.passphrase_file {
        Some(file) => shell.ask.password(Some(file))?,
        None => None,
    };
    let from = From { path: args.path, identities: args.identity, passphrase };
    let ctx = shell.ctx()?;
    let imported = journal::import(&ctx, from, args.dry_run, &|done, total| reading.report(done, total)).await;
    reading.finish();
    let imported = imported?;
    out.result(&imported, told)?;
    if args.dry_run || args.no_wait || imported.entries == 0 {
        return Ok(());
    }
    write::later(out, progress::embed(&ctx, Scope::Ingest, &embedding).await)
}

fn told(imported: &Imported) -> String {
    let Imported { entries, originals, entities, .. } = imported;
    let done = if imported.dry_run { "Would bring back" } else { "Brought back" };
    format!("{done} {entries} entries, {originals} originals and {entities} people, places and the like")
}
