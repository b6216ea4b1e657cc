//! Interactive prompts. Each has an equivalent flag; `--no-input` fails and names that flag.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::time::Duration;

use crate::global_args::GlobalArgs;
use crate::interrupt::PromptGuard;
use crate::output::CommandOutput;
use journal::error::{Error, Result};
use journal::secret::Secret;

/// Note after a user was added without a password.
pub const NO_PASSWORD_NOTE: &str = "No password was set. The command line needs none, it is for logins to the web client; \
    `journal user passwd EMAIL` sets one.";
/// Answer to a confirmation prompt.
const YES: &str = "yes";
/// Time in which a keyboard interrupt that a prompt read ends the process.
const INTERRUPT_TIMEOUT: Duration = Duration::from_secs(5);

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

    /// Asks for confirmation of a destructive action: the answer is the word `yes` and Enter.
    ///
    /// # Errors
    /// `Conflict` if the answer is anything else; `Invalid` if prompting is impossible.
    pub fn confirm(self, question: &str) -> Result<()> {
        self.confirm_typed(question, YES)
    }

    /// Asks for confirmation of an action that cannot be undone: the answer is a name or number that the question
    /// states, and Enter.
    ///
    /// # Errors
    /// As [`Self::confirm`].
    pub fn confirm_typed(self, question: &str, expected: &str) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        if !self.possible {
            return Err(Error::invalid(format!("{question} Confirmation is required")).hint("pass --yes"));
        }
        CommandOutput::question(&format!("{question} Type {expected} to continue: "));
        let mut answer = String::new();
        // The terminal edits the line, so keys pressed before or after it have no effect of their own.
        io::stdin().read_line(&mut answer).map_err(|error| input_error(error.into()))?;
        if answer.trim() == expected {
            return Ok(());
        }
        Err(Error::conflict("cancelled; nothing was changed").hint(format!("answer {expected}, or pass --yes")))
    }

    /// Returns the given value, or prompts for it.
    ///
    /// # Errors
    /// `Invalid` naming the flag if prompting is impossible.
    pub fn text(self, given: Option<String>, question: &str, flag: &str) -> Result<String> {
        match given {
            Some(value) => Ok(value),
            None if self.possible => {
                let _guard = PromptGuard::for_raw_input();
                dialoguer::Input::new().with_prompt(question).interact_text().map_err(input_error)
            }
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
        read_hidden_line(question)
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
            None if self.possible => loop {
                let password = read_hidden_line("Password")?;
                if read_hidden_line("Repeat password")?.expose() == password.expose() {
                    return Ok(Some(password));
                }
                CommandOutput::prompt("The passwords differ; try again");
            },
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

/// Reads the password of a new user from the given file, or prompts for it if `asks`; `None` without either.
///
/// # Errors
/// As [`InteractivePrompt::password`]; `Invalid` if `asks` and prompting is impossible.
pub fn read_optional_password(
    prompt: InteractivePrompt,
    file: Option<&Path>,
    asks: bool,
) -> Result<Option<Secret<String>>> {
    if file.is_none() && !asks {
        return Ok(None);
    }
    match prompt.password(file)? {
        Some(password) => Ok(Some(password)),
        None => Err(Error::invalid("the password cannot be asked for here")
            .hint("pass --password-file FILE, or `-` and pipe it in")),
    }
}

/// Reads a line without showing it.
fn read_hidden_line(question: &str) -> Result<Secret<String>> {
    let mut line = String::new();
    let length = {
        let _guard = PromptGuard::for_hidden_input();
        CommandOutput::question(&format!("{question}: "));
        io::stdin().read_line(&mut line).map_err(|error| input_error(error.into()))?
    };
    // Enter was not shown either.
    CommandOutput::prompt("");
    if length == 0 {
        return Err(Error::invalid("the prompt was not answered").hint("use the command's flags; --help lists them"));
    }
    line.truncate(line.trim_end_matches(['\n', '\r']).len());
    Ok(Secret::new(line))
}

fn input_error(error: dialoguer::Error) -> Error {
    let dialoguer::Error::IO(io_error) = &error;
    if io_error.kind() == io::ErrorKind::Interrupted {
        // The prompt raised SIGINT, whose handler ends the process.
        std::thread::sleep(INTERRUPT_TIMEOUT);
    }
    Error::invalid("the prompt was not answered").hint("use the command's flags; --help lists them").caused_by(error)
}
