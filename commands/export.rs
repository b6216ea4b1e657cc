use std::path::PathBuf;

use crate::out::Out;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::error::Result;
use journal::port::export;
use journal::port::export::Exported;
use journal::port::export::Wanted;

/// Take everything out: Markdown, one JSON document and the originals
///
/// In a folder, the files are private to you and in the clear: keep them where you would keep a diary. With --encrypt-to
/// it is one file, a tar inside age (age-encryption.org), and nothing readable touches the disk. `journal import journal`
/// brings either back.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder to write to, new or empty; with --encrypt-to or --passphrase-file, a new file
    #[arg(long, value_name = "PATH")]
    to: PathBuf,
    /// Encrypt to this recipient, an age1… key or a line of an SSH public key; can be given several times
    #[arg(long, value_name = "RECIPIENT")]
    encrypt_to: Vec<String>,
    /// Encrypt with the passphrase in this file instead, `-` for standard input
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Leave out originals that are damaged or missing, and say which
    #[arg(long)]
    skip_damaged: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let bar = Bar::new("Exporting", &shell.global);
    let passphrase = match &args.passphrase_file {
        Some(file) => shell.ask.password(Some(file))?,
        None => None,
    };
    let wanted = Wanted { to: args.to, recipients: args.encrypt_to, passphrase, skip_damaged: args.skip_damaged };
    let ctx = shell.ctx()?;
    let exported = export::export(&ctx, wanted, &|done, total| bar.report(done, total)).await?;
    bar.finish();
    for left in &exported.left_out {
        out.warn(format!("left out: {:?}, an original of entry {}, is damaged or missing", left.label, left.entry_id));
    }
    if exported.waiting_uploads > 0 {
        out.warn(format!(
            "not in it: {} photographs or recordings that wait to be read; `journal job list` shows them",
            exported.waiting_uploads
        ));
    }
    out.result(&exported, told)
}

fn told(exported: &Exported) -> String {
    let Exported { entries, originals, to, .. } = exported;
    let how = if exported.encrypted { ", encrypted" } else { "" };
    format!("Wrote {entries} entries and {originals} originals to {}{how}", to.display())
}
