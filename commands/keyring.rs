mod kit;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;

use crate::out::Out;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::clock::SystemClock;
use journal::entropy::OsEntropy;
use journal::error::Result;
use journal::keyring;
use journal::keyring::Rekeyed;
use journal::keyring::Status;

/// See what opens the journal, and change it
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the root key's fingerprint, where keyring and secret are, and when a recovery kit was made
    Status,
    /// Replace the secret; the old one opens nothing afterwards
    Rotate(Rotate),
    /// Write the root key as a sheet to print, for the day the secret is lost
    ///
    /// Whoever holds the sheet and a copy of the data reads everything: print it, lock it away, and keep no file of it.
    RecoverKit(kit::Make),
    /// Check a typed recovery kit: does it open this journal as it is now?
    CheckKit(kit::Check),
}

#[derive(Debug, clap::Args)]
struct Rotate {
    /// File with the new secret, for a secret that the environment gives
    #[arg(long, value_name = "FILE")]
    new_secret_file: Option<PathBuf>,
    /// Give every database a new key too
    ///
    /// Passwords, API keys and sessions stay good, recovery kits do not. Originals (photographs, recordings) stay sealed to
    /// the key inside their notebook: who had a copy of the notebook and its key opens their files still. The server has to
    /// be stopped. A run that was interrupted leaves a journal that opens, and is finished by the next command.
    #[arg(long, conflicts_with = "kit")]
    deep: bool,
    /// File with a typed recovery kit, `-` for standard input: the secret is lost
    #[arg(long, value_name = "FILE")]
    kit: Option<PathBuf>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    match args.command {
        Command::Status => {
            let status = keyring::status(&shell.administration()?)?;
            out.result(&status, |status| render("Root key", status))
        }
        Command::Rotate(Rotate { kit: Some(kit), new_secret_file, .. }) => {
            let sheet = kit::read(&kit)?;
            let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
            let status = keyring::recover(shell.config, clock, entropy, &sheet, new_secret_file.as_deref()).await?;
            rotated(&status, out)
        }
        Command::Rotate(Rotate { deep: true, new_secret_file, .. }) => {
            let bar = Bar::new("Re-keying", &shell.global);
            let ctx = shell.administration()?;
            let done = keyring::rekey(ctx, new_secret_file.as_deref(), &|done, total| bar.report(done, total)).await;
            bar.finish();
            rekeyed(&done?, out)
        }
        Command::Rotate(Rotate { new_secret_file, .. }) => {
            let status = keyring::rotate(&shell.administration()?, new_secret_file.as_deref()).await?;
            rotated(&status, out)
        }
        Command::RecoverKit(args) => kit::make(shell, args, out).await,
        Command::CheckKit(args) => kit::check(&shell, &args, out),
    }
}

fn rotated(status: &Status, out: &mut Out) -> Result<()> {
    out.result(status, |status| render("Wrapped under a new secret: root key", status))?;
    keep(status.secret_file.as_ref(), out);
    Ok(())
}

fn rekeyed(done: &Rekeyed, out: &mut Out) -> Result<()> {
    out.result(done, |done| {
        let notebooks = if done.notebooks == 1 { "1 notebook" } else { &format!("{} notebooks", done.notebooks) };
        format!(
            "Gave the accounts and {notebooks} new keys: databases {}\nroot key {} under a new secret",
            done.generation, done.fingerprint
        )
    })?;
    keep(done.secret_file.as_ref(), out);
    out.note("Recovery kits from before open nothing any more: `journal keyring recover-kit` makes another.");
    Ok(())
}

fn keep(secret_file: Option<&PathBuf>, out: &Out) {
    match secret_file {
        Some(path) => out.note(format!("Keep the new secret: {}", path.display())),
        None => out.note("Set JOURNAL_SECRET_KEY to the new secret now."),
    }
}

fn render(what: &str, status: &Status) -> String {
    let secret =
        status.secret_file.as_ref().map_or_else(|| "JOURNAL_SECRET_KEY".to_owned(), |path| path.display().to_string());
    let kit = match &status.recovery_kit {
        None => "never made; `journal keyring recover-kit` makes one".to_owned(),
        Some(kit) if kit.opens => format!("made {}", kit.made_at),
        Some(kit) => format!("made {}, before the databases were re-keyed: make another", kit.made_at),
    };
    let mut text = format!(
        "{what} {}\ndatabases {}\nkeyring   {}\nsecret    {secret}\nkit       {kit}",
        status.fingerprint,
        status.generation,
        status.keyring.display()
    );
    if status.rotation_unfinished {
        text += "\nA rotation was interrupted, and both secrets open it; `journal keyring rotate` finishes it.";
    }
    if status.rekeying_unfinished {
        text += "\nA re-keying was interrupted; the next command that runs alone finishes it.";
    }
    text
}
