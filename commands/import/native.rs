use std::path::PathBuf;

use crate::cli_context::CliContext;
use crate::output::{self, CommandOutput, counted};
use crate::progress::{self, CommandProgress};
use crate::prompt::read_passphrase;
use crate::write;
use journal::domain::scope::Scope;
use journal::error::Result;
use journal::import_export::native::{self, NativeImportArgs, NativeImportResult};

/// Import the output of `journal export` into an empty journal
///
/// Ids and dates are preserved; vectors are recomputed. Either everything is imported or nothing.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal import journal ~/journal-export")]
pub struct Args {
    /// Folder or encrypted file of the export
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// File with an identity that decrypts the export; repeatable
    #[arg(short, long, value_name = "FILE")]
    identity: Vec<PathBuf>,
    /// File with the passphrase of the export or of the identity, `-` for standard input
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Read and check everything, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not wait for vectors; `journal job run` computes them later
    #[arg(long)]
    no_wait: bool,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let (reading, embedding) =
        (CommandProgress::new("Importing", &shell.global), CommandProgress::new("Embedding", &shell.global));
    let passphrase = args.passphrase_file.as_deref().map(read_passphrase).transpose()?;
    let source = NativeImportArgs { path: args.path, identities: args.identity, passphrase };
    let ctx = shell.user_ctx()?;
    let imported = native::import(&ctx, source, args.dry_run, &|done, total| reading.report(done, total)).await;
    reading.finish();
    let imported = imported?;
    out.done(&imported, render_import)?;
    if args.dry_run || args.no_wait || imported.entries == 0 {
        return Ok(());
    }
    write::report_embedding(out, progress::run_embedding_jobs(&ctx, Scope::Ingest, &embedding).await)
}

fn render_import(imported: &NativeImportResult) -> String {
    let NativeImportResult { entries, originals, entities, .. } = imported;
    let verb = if imported.dry_run { "Would import" } else { "Imported" };
    let (entries, originals) = (output::entries(*entries), counted(*originals, "original", "originals"));
    format!("{verb} {entries}, {originals} and {}", counted(*entities, "entity", "entities"))
}
