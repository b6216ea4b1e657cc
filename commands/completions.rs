//! Shell completions, generated from the command definition.

use std::io;

use clap_complete::Shell;

use crate::output::CommandOutput;
use journal::error::{Error, Result};

/// Print the completion script of a shell
///
/// Bash: `journal completions bash > ~/.local/share/bash-completion/completions/journal`. Zsh: a file `_journal` in a folder
/// of `fpath`. Fish: `journal completions fish > ~/.config/fish/completions/journal.fish`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal completions bash")]
pub struct Args {
    /// Shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Runs the command; `definition` is the one of the whole program.
pub fn run(args: &Args, definition: clap::Command) -> Result<()> {
    CommandOutput::write_bytes(&generate(args.shell, definition)).or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(Error::conflict("the output cannot be written").hint("check its target").caused_by(error)),
    })
}

/// Returns the completion script of a shell.
pub fn generate(shell: Shell, mut definition: clap::Command) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut definition, "journal", &mut script);
    script
}
