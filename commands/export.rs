use std::path::PathBuf;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use crate::progress::CommandProgress;
use crate::prompt::read_passphrase;
use journal::error::Result;
use journal::import_export::export::{self, ExportOptions, ExportResult};

/// Export everything: Markdown, one JSON document and the originals
///
/// The files of a folder are readable by your account only, but not encrypted. With --encrypt-to, the export is one tar
/// archive encrypted with age (age-encryption.org), and no plaintext is written to disk. `journal import journal`
/// imports both forms.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal export --to ~/journal-export")]
pub struct Args {
    /// New or empty folder to write to; with --encrypt-to or --passphrase-file, a new file
    #[arg(long, value_name = "PATH")]
    to: PathBuf,
    /// Recipient to encrypt to, an age1… key or a line of an SSH public key; repeatable
    #[arg(long, value_name = "RECIPIENT")]
    encrypt_to: Vec<String>,
    /// File with a passphrase to encrypt with instead, `-` for standard input
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Skip damaged or missing originals, and list them
    #[arg(long)]
    skip_damaged: bool,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let bar = CommandProgress::new("Exporting", &shell.global);
    let passphrase = args.passphrase_file.as_deref().map(read_passphrase).transpose()?;
    let request =
        ExportOptions { to: args.to, recipients: args.encrypt_to, passphrase, skip_damaged: args.skip_damaged };
    let ctx = shell.user_ctx()?;
    let exported = export::export(&ctx, request, &|done, total| bar.report(done, total)).await?;
    bar.finish();
    for skipped in &exported.left_out {
        out.warn(format!(
            "skipped {:?}: this original of entry {} is damaged or missing",
            skipped.label, skipped.entry_id
        ));
    }
    if exported.waiting_uploads > 0 {
        out.warn(format!(
            "not included: {} photographs or recordings that are not processed yet; `journal job list` shows them",
            exported.waiting_uploads
        ));
    }
    out.done(&exported, render_export)
}

fn render_export(exported: &ExportResult) -> String {
    let ExportResult { entries, originals, to, .. } = exported;
    let encrypted = if exported.encrypted { ", encrypted" } else { "" };
    format!("Wrote {entries} entries and {originals} originals to {}{encrypted}", to.display())
}
