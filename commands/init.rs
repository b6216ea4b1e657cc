use std::path::PathBuf;
use std::sync::Arc;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use crate::prompt::{NO_PASSWORD_NOTE, read_optional_password};
use journal::clock::SystemClock;
use journal::domain::user::UserRole;
use journal::entropy::OsEntropy;
use journal::error::Result;
use journal::services::accounts::users;
use journal::setup;

/// Create a journal: keys, files and the first user
///
/// The first user is an admin and gets a journal of their own. The secret that unlocks the data is stored in the
/// configuration directory, never in the data directory. The command line needs no password; the web client and
/// assistants that log in over HTTP do, and `journal user passwd` sets one later.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal init --email me@home.example --name \"Ada\"")]
pub struct Args {
    /// E-mail address of the first user; identifies the account
    #[arg(long, value_name = "EMAIL")]
    email: Option<String>,
    /// Display name
    #[arg(long)]
    name: Option<String>,
    /// File with the first user's password, `-` for standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Prompt for the first user's password
    #[arg(long, conflicts_with = "password_file")]
    ask_password: bool,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    setup::check_not_initialised(&shell.config)?;
    let email = shell.ask.text(args.email, "E-mail address", "--email EMAIL")?.parse()?;
    let password = read_optional_password(shell.ask, args.password_file.as_deref(), args.ask_password)?;
    let has_password = password.is_some();
    let admin = users::CreateUserRequest { email, name: args.name, role: UserRole::Admin, password };
    let made = setup::init(shell.config, Arc::new(SystemClock), Arc::new(OsEntropy), admin).await?;
    out.done(&made, |made| {
        let secret = match &made.secret_file {
            Some(path) => path.display().to_string(),
            None => "JOURNAL_SECRET_KEY, as set in the environment".to_owned(),
        };
        let data = made.data_dir.display();
        format!(
            "Created a journal for {} in {data}\n\n\
             Both are needed to read the journal; back them up in separate places:\n  \
             the secret   {secret}\n  \
             the data     {data}\n\n\
             Next: journal write \"Today …\"      journal ingest FOLDER      journal search WORDS\n",
            made.user.email
        )
    })?;
    if !has_password {
        out.note(NO_PASSWORD_NOTE.replace("EMAIL", &made.user.email));
    }
    Ok(())
}
