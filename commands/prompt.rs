//! Interactive prompts. Each has an equivalent flag; `--no-input` fails and names that flag.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use crate::global_args::GlobalArgs;
use journal::error::{Error, Result};
use journal::secret::Secret;

/// Prompts on the terminal if it is interactive.
#[derive(Debug, Clone, Copy)]
pub struct InteractivePrompt {
    possible: bool,
    yes: bool,
}

impl InteractivePrompt {
    pub fn new(global: &GlobalArgs) -> Self {
        let possible = !global.no_input && io::stdin().is_terminal() && io::stderr().is_terminal();
        Self { possible, yes: global.yes }
    }

    /// Asks for confirmation of a destructive action.
    ///
    /// # Errors
    /// `Conflict` if the answer is no; `Invalid` if prompting is impossible.
    pub fn confirm(self, question: &str) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        if !self.possible {
            return Err(Error::invalid(format!("{question} Confirmation is required")).hint("pass --yes"));
        }
        let yes = dialoguer::Confirm::new().with_prompt(question).default(false).interact().map_err(input_error)?;
        if yes {
            Ok(())
        } else {
            Err(Error::conflict("cancelled; nothing was changed").hint("answer yes, or pass --yes"))
        }
    }

    /// Returns the given value, or prompts for it.
    ///
    /// # Errors
    /// `Invalid` naming the flag if prompting is impossible.
    pub fn text(self, given: Option<String>, question: &str, flag: &str) -> Result<String> {
        match given {
            Some(value) => Ok(value),
            None if self.possible => dialoguer::Input::new().with_prompt(question).interact_text().map_err(input_error),
            None => Err(Error::invalid(format!("{question} is needed")).hint(format!("pass {flag}"))),
        }
    }

    /// Prompts once for an existing secret, with hidden input.
    ///
    /// # Errors
    /// `Invalid` naming the flag if prompting is impossible.
    pub fn secret(self, question: &str, flag: &str) -> Result<Secret<String>> {
        if !self.possible {
            return Err(Error::invalid(format!("{question} is needed")).hint(format!("pass {flag}")));
        }
        dialoguer::Password::new().with_prompt(question).interact().map(Secret::new).map_err(input_error)
    }

    /// Reads a password from the given file (`-` is standard input), or prompts for it twice.
    ///
    /// Returns `None` without a file if prompting is impossible.
    ///
    /// # Errors
    /// `NotFound` and `Invalid` for a file that cannot be read.
    pub fn password(self, file: Option<&Path>) -> Result<Option<Secret<String>>> {
        match file {
            Some(file) => read_passphrase(file).map(Some),
            None if self.possible => {
                let password = dialoguer::Password::new()
                    .with_prompt("Password")
                    .with_confirmation("Repeat password", "The passwords differ; try again")
                    .interact()
                    .map_err(input_error)?;
                Ok(Some(Secret::new(password)))
            }
            None => Ok(None),
        }
    }
}

/// Reads a password or passphrase from a file, or from standard input for `-`, without the line end.
///
/// # Errors
/// `Invalid` for a file that cannot be read.
pub fn read_passphrase(file: &Path) -> Result<Secret<String>> {
    let mut text = read_secret_text(file, u64::MAX).map_err(|error| {
        Error::invalid(format!("the password file {} cannot be read", file.display()))
            .hint("check --password-file and its permissions")
            .caused_by(error)
    })?;
    let length = text.trim_end_matches(['\n', '\r']).len();
    text.truncate(length);
    Ok(Secret::new(text))
}

/// Reads at most `limit` bytes of text from a file, or from standard input for `-`.
pub fn read_secret_text(file: &Path, limit: u64) -> io::Result<String> {
    let mut text = String::new();
    if file == Path::new("-") {
        io::stdin().take(limit).read_to_string(&mut text)?;
    } else {
        File::open(file)?.take(limit).read_to_string(&mut text)?;
    }
    Ok(text)
}

fn input_error(error: dialoguer::Error) -> Error {
    Error::invalid("the prompt was not answered").hint("use the command's flags; --help lists them").caused_by(error)
}
