//! Questions to a person. Each has a flag that answers it, and `--no-input` fails naming that flag.

use std::io::IsTerminal;
use std::io::Read;
use std::path::Path;

use crate::global::Global;
use journal::error::Error;
use journal::error::Result;
use journal::secret::Secret;

/// Who may be asked.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    possible: bool,
    yes: bool,
}

impl Ask {
    pub fn new(global: &Global) -> Self {
        let possible = !global.no_input && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        Self { possible, yes: global.yes }
    }

    /// Asks before something is destroyed.
    ///
    /// # Errors
    /// `Conflict` when the answer is no; `Invalid` when nobody can be asked.
    pub fn confirm(self, question: &str) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        if !self.possible {
            return Err(Error::invalid(format!("{question} Nobody is there to answer")).hint("pass --yes"));
        }
        let yes = dialoguer::Confirm::new().with_prompt(question).default(false).interact().map_err(gone)?;
        if yes { Ok(()) } else { Err(Error::conflict("nothing was done").hint("answer yes, or pass --yes")) }
    }

    /// Returns a value that was given, or asks for it.
    ///
    /// # Errors
    /// `Invalid` naming the flag when nobody can be asked.
    pub fn text(self, given: Option<String>, question: &str, flag: &str) -> Result<String> {
        match given {
            Some(value) => Ok(value),
            None if self.possible => dialoguer::Input::new().with_prompt(question).interact_text().map_err(gone),
            None => Err(Error::invalid(format!("{question} is needed")).hint(format!("pass {flag}"))),
        }
    }

    /// Asks for a secret that there is already, once and without showing it.
    ///
    /// # Errors
    /// `Invalid` naming the flag when nobody can be asked.
    pub fn secret(self, question: &str, flag: &str) -> Result<Secret<String>> {
        if !self.possible {
            return Err(Error::invalid(format!("{question} is needed")).hint(format!("pass {flag}")));
        }
        dialoguer::Password::new().with_prompt(question).interact().map(Secret::new).map_err(gone)
    }

    /// Reads a password from the file that was given (`-` is standard input), or asks for it twice.
    ///
    /// Returns `None` when there is no file and nobody can be asked.
    ///
    /// # Errors
    /// `NotFound` and `Invalid` for a file that cannot be read.
    pub fn password(self, file: Option<&Path>) -> Result<Option<Secret<String>>> {
        match file {
            Some(file) => read_password(file).map(Some),
            None if self.possible => {
                let password = dialoguer::Password::new()
                    .with_prompt("Password")
                    .with_confirmation("Once more", "They differ; try again")
                    .interact()
                    .map_err(gone)?;
                Ok(Some(Secret::new(password)))
            }
            None => Ok(None),
        }
    }
}

fn read_password(file: &Path) -> Result<Secret<String>> {
    let mut text = Secret::new(String::new()).expose().clone();
    let read = if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut text)).map(drop)
    };
    read.map_err(|error| {
        Error::invalid(format!("the password file {} cannot be read", file.display()))
            .hint("check --password-file and its permissions")
            .caused_by(error)
    })?;
    let length = text.trim_end_matches(['\n', '\r']).len();
    text.truncate(length);
    Ok(Secret::new(text))
}

fn gone(error: dialoguer::Error) -> Error {
    Error::invalid("the question was not answered").hint("use the command's flags; --help lists them").caused_by(error)
}
