use std::path::PathBuf;

use clap::Subcommand;

use crate::out::Out;
use crate::shell::Shell;
use journal::error::Result;
use journal::keyring;
use journal::keyring::Status;

/// See what opens the journal, and change it
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the root key's fingerprint and where keyring and secret are
    Status,
    /// Replace the secret; the old one opens nothing afterwards
    Rotate {
        /// File with the new secret, for a secret that the environment gives
        #[arg(long, value_name = "FILE")]
        new_secret_file: Option<PathBuf>,
    },
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.administration()?;
    match args.command {
        Command::Status => out.result(&keyring::status(&ctx)?, |status| render("Root key", status)),
        Command::Rotate { new_secret_file } => {
            let status = keyring::rotate(&ctx, new_secret_file.as_deref()).await?;
            out.result(&status, |status| render("Wrapped under a new secret: root key", status))?;
            match &status.secret_file {
                Some(path) => out.note(format!("Keep the new secret: {}", path.display())),
                None => out.note("Set JOURNAL_SECRET_KEY to the new secret now."),
            }
            Ok(())
        }
    }
}

fn render(what: &str, status: &Status) -> String {
    let secret =
        status.secret_file.as_ref().map_or_else(|| "JOURNAL_SECRET_KEY".to_owned(), |path| path.display().to_string());
    let unfinished = if status.rotation_unfinished {
        "\nA rotation was interrupted, and both secrets open it; `journal keyring rotate` finishes it."
    } else {
        ""
    };
    format!("{what} {}\nkeyring  {}\nsecret   {secret}{unfinished}", status.fingerprint, status.keyring.display())
}
