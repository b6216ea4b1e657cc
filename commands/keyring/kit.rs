use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use serde_json::json;

use crate::out::Out;
use crate::shell::Shell;
use journal::error::Error;
use journal::error::Result;
use journal::keyring;
use journal::secret::Secret;

/// Most bytes of a kit that are read; a sheet has about two thousand.
const MOST: u64 = 64 * 1024;

#[derive(Debug, clap::Args)]
pub struct Make {
    /// New file for the sheet, with mode 0600; without it the sheet is shown
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct Check {
    /// File with the typed lines, `-` for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub async fn make(shell: Shell, args: Make, out: &mut Out) -> Result<()> {
    let ask = shell.ask;
    let ctx = shell.administration()?;
    ctx.caller.operate()?;
    if args.to.is_none() {
        ask.confirm("The sheet opens the whole journal. Show it here?")?;
    }
    let made = keyring::recovery_kit(&ctx, args.to.as_deref()).await?;
    let kit = &made.kit;
    match (&made.sheet, out.wants_json()) {
        (Some(sheet), true) => {
            let sheet = sheet.expose();
            let document = json!({
                "fingerprint": kit.fingerprint, "generation": kit.generation, "made_at": made.made_at, "sheet": sheet,
            });
            out.result(&document, |_| String::new())
        }
        (Some(sheet), false) => out.secret(sheet.expose().trim_end()),
        (None, _) => {
            let path = args.to.as_deref().unwrap_or(Path::new("-")).display().to_string();
            let document = json!({
                "fingerprint": kit.fingerprint, "generation": kit.generation, "made_at": made.made_at, "file": path,
            });
            out.result(&document, |_| format!("Wrote the recovery kit of root key {} to {path}", kit.fingerprint))?;
            out.note("Print it, check it with `journal keyring check-kit`, and delete the file.");
            Ok(())
        }
    }
}

pub fn check(shell: &Shell, args: &Check, out: &mut Out) -> Result<()> {
    let checked = keyring::check_kit(&shell.config, &read(&args.file)?)?;
    out.result(&checked, |checked| {
        format!(
            "The kit opens this journal as it is now\nroot key  {}\ndatabases {}",
            checked.fingerprint, checked.generation
        )
    })
}

/// Reads what was typed from a file, or from standard input for `-`.
///
/// # Errors
/// `Invalid` for a file that cannot be read.
pub fn read(file: &Path) -> Result<Secret<String>> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().take(MOST).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(MOST).read_to_string(&mut text))
    };
    let text = Secret::new(text);
    read.map(|_| text).map_err(|error| {
        Error::invalid(format!("the kit in {} cannot be read", file.display()))
            .hint("name a text file with the numbered lines of the sheet, or - for standard input")
            .caused_by(error)
    })
}
