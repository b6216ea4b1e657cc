mod config;
mod snippet;

use clap::Subcommand;

use crate::out::Out;
use crate::shell::Shell;
use journal::app::App;
use journal::error::Result;
use journal::mcp;
use journal::mcp::Process;

/// Serve the journal to an assistant over standard input and output (MCP)
///
/// It acts for the user that --user names, or with `JOURNAL_API_KEY` for that key's owner within its scopes, beside
/// `journal serve` on the same journal if need be. It ends when its input does.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Config(config::Args),
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    match args.command {
        Some(Command::Config(args)) => config::run(&shell, &args, out),
        None => {
            let (user, key) = (shell.config.user.clone(), App::api_key(&shell.config)?);
            mcp::serve(Process::new(shell.open()?, user, key)?).await
        }
    }
}
