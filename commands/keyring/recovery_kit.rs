use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use crate::prompt::read_secret_text;
use journal::error::{Error, Result};
use journal::secret::Secret;
use journal::services::admin::keyring;

/// Maximum size of a kit in bytes; a sheet has about 2,000.
const MAX_KIT_BYTES: u64 = 64 * 1024;

/// Arguments of `journal keyring recover-kit`.
#[derive(Debug, clap::Args)]
pub struct RecoverKitArgs {
    /// New file for the kit, mode 0600; default: standard output
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// Arguments of `journal keyring check-kit`.
#[derive(Debug, clap::Args)]
pub struct CheckKitArgs {
    /// File with the typed kit, `-` for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub async fn create_kit(shell: CliContext, args: RecoverKitArgs, out: &mut CommandOutput) -> Result<()> {
    let ask = shell.ask;
    let ctx = shell.admin_ctx()?;
    ctx.caller.require_operator()?;
    if args.to.is_none() {
        ask.confirm("The recovery kit opens the whole journal. Show it here?")?;
    }
    let made = keyring::create_recovery_kit(&ctx, args.to.as_deref()).await?;
    let kit = &made.kit;
    let mut document = json!({ "fingerprint": kit.fingerprint, "generation": kit.generation, "made_at": made.made_at });
    match (&made.sheet, out.wants_json()) {
        (Some(sheet), true) => {
            document["sheet"] = sheet.expose().as_str().into();
            out.result(&document, |_| String::new())
        }
        (Some(sheet), false) => out.secret(sheet.expose().trim_end()),
        (None, _) => {
            let path = args.to.as_deref().unwrap_or(Path::new("-")).display().to_string();
            document["file"] = path.as_str().into();
            out.result(&document, |_| format!("Wrote the recovery kit of root key {} to {path}", kit.fingerprint))?;
            out.note("Print it, check it with `journal keyring check-kit`, and delete the file.");
            Ok(())
        }
    }
}

pub fn check_kit(shell: &CliContext, args: &CheckKitArgs, out: &mut CommandOutput) -> Result<()> {
    warn_if_readable_by_others(&args.file, out);
    let checked = keyring::check_kit(&shell.config, &read_kit(&args.file)?)?;
    out.result(&checked, |checked| {
        format!("The kit opens this journal\nroot key  {}\ndatabases {}", checked.fingerprint, checked.generation)
    })
}

/// Warns about a kit in a file that other users can read.
pub fn warn_if_readable_by_others(file: &Path, out: &CommandOutput) {
    let mode = file.metadata().map_or(0, |facts| if facts.is_file() { facts.permissions().mode() } else { 0 });
    if mode & 0o077 != 0 {
        out.warn(format!("other users can read {}, and a recovery kit opens the whole journal", file.display()));
        out.warn("next: delete the file, or `chmod 600` it until then");
    }
}

/// Reads a typed kit from a file, or from standard input for `-`.
///
/// # Errors
/// `Invalid` for a file that cannot be read.
pub fn read_kit(file: &Path) -> Result<Secret<String>> {
    read_secret_text(file, MAX_KIT_BYTES).map(Secret::new).map_err(|error| {
        Error::invalid(format!("the kit in {} cannot be read", file.display()))
            .hint("name a text file with the numbered lines of the sheet, or - for standard input")
            .caused_by(error)
    })
}
