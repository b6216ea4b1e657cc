use std::path::PathBuf;
use std::sync::Arc;

use crate::out::Out;
use crate::shell::Shell;
use journal::clock::SystemClock;
use journal::entropy::OsEntropy;
use journal::error::Result;
use journal::model::user::Role;
use journal::setup;
use journal::users;

/// Make a journal: its keys, its files, and the first user
///
/// The first user is an admin and gets a journal of their own. The secret that opens
/// everything is put beside the configuration, never into the data directory.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// E-mail address of the first user; names the account, is never written to
    #[arg(long, value_name = "EMAIL")]
    email: Option<String>,
    /// Name shown to people
    #[arg(long)]
    name: Option<String>,
    /// File that holds the first user's password, `-` for standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    setup::check_new(&shell.config)?;
    let email = shell.ask.text(args.email, "E-mail address", "--email EMAIL")?.parse()?;
    let password = shell.ask.password(args.password_file.as_deref())?;
    let has_password = password.is_some();
    let admin = users::Add { email, name: args.name, role: Role::Admin, password };
    let made = setup::init(shell.config, Arc::new(SystemClock), Arc::new(OsEntropy), admin).await?;
    out.result(&made, |made| {
        let secret = match &made.secret_file {
            Some(path) => path.display().to_string(),
            None => "JOURNAL_SECRET_KEY, wherever you keep it".to_owned(),
        };
        let data = made.data_dir.display();
        format!(
            "Made a journal for {} in {data}\n\n\
             Keep two things, in two places, or nobody can ever read it again:\n  \
             the secret   {secret}\n  \
             the data     {data}\n\n\
             Next: journal write \"Today …\"      journal ingest FOLDER      journal search WORDS\n",
            made.user.email
        )
    })?;
    if !has_password {
        out.note("No password was set; the command line needs none. `journal user passwd EMAIL` sets one.");
    }
    Ok(())
}
