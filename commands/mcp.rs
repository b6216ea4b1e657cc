mod config;
mod snippet;

use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::app::state::AppState;
use journal::error::Result;
use journal::mcp::{self, StdioCaller};

/// Serve the journal to an assistant over standard input and output (MCP)
///
/// Acts for the user given with --user, or with `JOURNAL_API_KEY` for the owner of the key within its scopes. It can
/// run alongside `journal serve` on the same journal, and exits at the end of its input.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal mcp --user me@home.example")]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Config(config::Args),
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    match args.command {
        Some(Command::Config(args)) => config::run(&shell, &args, out),
        None => {
            let (user, key) = (shell.config.user.clone(), AppState::api_key(&shell.config)?);
            mcp::serve(StdioCaller::new(shell.open()?, user, key)?).await
        }
    }
}
