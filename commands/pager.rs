//! Pager for results that are longer than the terminal. The text goes through a pipe and is never written to disk.

use std::io::{ErrorKind as IoErrorKind, Write};
use std::process::{Command, Stdio};

use journal::config::EnvironmentSnapshot;
use journal::error::Result;

/// Command that shows a long text page by page.
pub struct PagerCommand(Option<String>);

impl PagerCommand {
    /// Returns the command of `JOURNAL_PAGER` or `PAGER`, else `less`; `cat` and an empty value disable it.
    ///
    /// # Errors
    /// `Invalid` for a variable that is not UTF-8.
    pub fn from_environment(environment: &EnvironmentSnapshot) -> Result<Self> {
        let set = match environment.text("JOURNAL_PAGER")? {
            Some(pager) => Some(pager),
            None => environment.text("PAGER")?,
        };
        let pager = set.unwrap_or("less").trim();
        Ok(Self((!pager.is_empty() && pager != "cat").then(|| pager.to_owned())))
    }

    /// Shows a text; returns false if no pager is set or it cannot be started. A pager that is closed early is no error.
    ///
    /// `less` ends by itself if the text fits on one screen, keeps no history of searches, and may not write files or run
    /// commands.
    pub fn show(&self, text: &str) -> bool {
        let Some(command) = &self.0 else { return false };
        let child = Command::new("sh")
            .arg("-c")
            .arg(command)
            .env("LESS", "FRX")
            .env("LESSHISTFILE", "-")
            .env("LESSSECURE", "1")
            .stdin(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else { return false };
        let written = match child.stdin.take() {
            Some(mut pipe) => pipe.write_all(text.as_bytes()),
            None => Ok(()),
        };
        let closed_early = written.is_err_and(|error| error.kind() == IoErrorKind::BrokenPipe);
        // 127: the shell did not find the program.
        child.wait().is_ok_and(|status| status.success() || (closed_early && status.code() != Some(127)))
    }
}
