mod recovery_kit;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use crate::progress::CommandProgress;
use crate::prompt::InteractivePrompt;
use journal::clock::SystemClock;
use journal::entropy::OsEntropy;
use journal::error::Result;
use journal::services::admin::keyring::{self, KeyringStatus, RekeyResult};

/// Answer that confirms the re-keying of the databases.
const REKEYING_ANSWER: &str = "rotate";

/// Show and rotate the keys of the journal
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the root key's fingerprint, the paths of keyring and secret, and the last recovery kit
    #[command(after_long_help = "Example:\n\n    journal keyring status")]
    Status,
    /// Replace the secret; the old secret no longer opens the journal
    #[command(after_long_help = "Example:\n\n    journal keyring rotate")]
    Rotate(KeyringRotateArgs),
    /// Create a recovery kit: a printable sheet with the root key, in case the secret is lost
    ///
    /// The kit and a copy of the data are enough to read everything: print it, store it securely, and keep no file.
    #[command(after_long_help = "Example:\n\n    journal keyring recover-kit --to kit.txt")]
    RecoverKit(recovery_kit::RecoverKitArgs),
    /// Check that a typed recovery kit opens this journal
    #[command(after_long_help = "Example:\n\n    journal keyring check-kit kit.txt")]
    CheckKit(recovery_kit::CheckKitArgs),
}

/// Arguments of `journal keyring rotate`.
#[derive(Debug, clap::Args)]
struct KeyringRotateArgs {
    /// File with the new secret, if the environment provides the secret
    #[arg(long, value_name = "FILE")]
    new_secret_file: Option<PathBuf>,
    /// Also generate a new key for every database
    ///
    /// Passwords, API keys and sessions remain valid, recovery kits do not. Originals (photographs, recordings) stay
    /// encrypted with the key in their notebook: a copy of the notebook with its old key still decrypts them. The
    /// server has to be stopped. If a recovery kit exists, it asks for confirmation. After an interruption, the journal still opens, and the next command finishes the rotation.
    #[arg(long, conflicts_with = "kit")]
    deep: bool,
    /// File with a typed recovery kit to use instead of a lost secret, `-` for standard input
    #[arg(long, value_name = "FILE")]
    kit: Option<PathBuf>,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    match args.command {
        Command::Status => {
            let status = keyring::status(&shell.admin_ctx()?)?;
            out.result(&status, |status| render_status("Root key", status))
        }
        Command::Rotate(KeyringRotateArgs { kit: Some(kit), new_secret_file, .. }) => {
            recovery_kit::warn_if_readable_by_others(&kit, out);
            let sheet = recovery_kit::read_kit(&kit)?;
            let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
            let status = keyring::recover(shell.config, clock, entropy, &sheet, new_secret_file.as_deref()).await?;
            print_rotated(&status, out)
        }
        Command::Rotate(KeyringRotateArgs { deep: true, new_secret_file, .. }) => {
            let bar = CommandProgress::new("Re-keying", &shell.global);
            let ask = shell.ask;
            let ctx = shell.admin_ctx()?;
            confirm_rekeying(&keyring::status(&ctx)?, ask)?;
            let done = keyring::rekey(ctx, new_secret_file.as_deref(), &|done, total| bar.report(done, total)).await;
            bar.finish();
            print_rekeyed(&done?, out)
        }
        Command::Rotate(KeyringRotateArgs { new_secret_file, .. }) => {
            let status = keyring::rotate(&shell.admin_ctx()?, new_secret_file.as_deref()).await?;
            print_rotated(&status, out)
        }
        Command::RecoverKit(args) => recovery_kit::create_kit(shell, args, out).await,
        Command::CheckKit(args) => recovery_kit::check_kit(&shell, &args, out),
    }
}

/// Asks for confirmation if a recovery kit opens the journal, because re-keying makes it useless.
fn confirm_rekeying(status: &KeyringStatus, ask: InteractivePrompt) -> Result<()> {
    let Some(kit) = status.recovery_kit.as_ref().filter(|kit| kit.opens) else { return Ok(()) };
    let question = format!(
        "The recovery kit of {} and every earlier one will no longer open the journal, permanently. Re-key the databases?",
        kit.made_at
    );
    ask.confirm_typed(&question, REKEYING_ANSWER)
}

fn print_rotated(status: &KeyringStatus, out: &mut CommandOutput) -> Result<()> {
    out.done(status, |status| render_status("Wrapped under a new secret: root key", status))?;
    note_new_secret(status.secret_file.as_ref(), out);
    Ok(())
}

fn print_rekeyed(done: &RekeyResult, out: &mut CommandOutput) -> Result<()> {
    out.done(done, |done| {
        let notebooks = if done.notebooks == 1 { "1 notebook" } else { &format!("{} notebooks", done.notebooks) };
        format!(
            "Re-keyed the accounts database and {notebooks}: databases {}\nroot key {} under a new secret",
            done.generation, done.fingerprint
        )
    })?;
    note_new_secret(done.secret_file.as_ref(), out);
    out.note("Earlier recovery kits no longer work; `journal keyring recover-kit` creates a new one.");
    Ok(())
}

fn note_new_secret(secret_file: Option<&PathBuf>, out: &CommandOutput) {
    match secret_file {
        Some(path) => out.note(format!("Keep the new secret: {}", path.display())),
        None => out.note("Set JOURNAL_SECRET_KEY to the new secret now."),
    }
}

fn render_status(title: &str, status: &KeyringStatus) -> String {
    let secret =
        status.secret_file.as_ref().map_or_else(|| "JOURNAL_SECRET_KEY".to_owned(), |path| path.display().to_string());
    let kit = match &status.recovery_kit {
        None => "none; `journal keyring recover-kit` creates one".to_owned(),
        Some(kit) if kit.opens => format!("created {}", kit.made_at),
        Some(kit) => format!("created {}, before the databases were re-keyed: create a new one", kit.made_at),
    };
    let mut text = format!(
        "{title} {}\ndatabases {}\nkeyring   {}\nsecret    {secret}\nkit       {kit}",
        status.fingerprint,
        status.generation,
        status.keyring.display()
    );
    if status.rotation_unfinished {
        text += "\nA rotation was interrupted and both secrets are valid; `journal keyring rotate` finishes it.";
    }
    if status.rekeying_unfinished {
        text += "\nA re-keying was interrupted; the next command with exclusive access finishes it.";
    }
    text
}
