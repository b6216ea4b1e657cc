//! Console output: results go to stdout, everything else to stderr.

use std::fmt::{Display, Write as _};
use std::io::{self, IsTerminal, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::global_args::GlobalArgs;
use crate::pager::PagerCommand;
use journal::domain::journal_span::JournalSpan;
use journal::domain::text::printable;
use journal::error::{Error, ErrorKind, Result};

/// Writer for results, notes, warnings and errors of a command.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches, each set once")]
pub struct CommandOutput {
    json: bool,
    quiet: bool,
    color: bool,
    terminal: bool,
    /// True after a broken pipe, such as `| head`.
    closed: bool,
}

impl CommandOutput {
    pub fn new(global: &GlobalArgs) -> Self {
        let terminal = io::stdout().is_terminal();
        // console honours NO_COLOR, CLICOLOR and TERM=dumb.
        let color = terminal && !global.no_color && console::colors_enabled();
        Self { json: global.json, quiet: global.quiet, color, terminal, closed: false }
    }

    /// Returns true if `--json` was given.
    pub fn wants_json(&self) -> bool {
        self.json
    }

    /// Returns the terminal width in columns; `None` if stdout is not a terminal.
    pub fn width(&self) -> Option<usize> {
        self.terminal.then(|| usize::from(console::Term::stdout().size().1))
    }

    /// Prints a result: as JSON with `--json`, otherwise as rendered by the closure.
    pub fn result<T: Serialize>(&mut self, value: &T, render: impl FnOnce(&T) -> String) -> Result<()> {
        if self.json {
            let text = serde_json::to_string_pretty(value).map_err(|error| Error::internal("writing JSON", error))?;
            self.write_line(&escape_json(&text))
        } else {
            let text = render(value);
            self.write_line(printable(&text).trim_end_matches('\n'))
        }
    }

    /// Prints a result that may be long: through the pager if it is longer than the terminal. The closure gets the width.
    pub fn paged<T: Serialize>(
        &mut self,
        value: &T,
        pager: &PagerCommand,
        render: impl FnOnce(&T, Option<usize>) -> String,
    ) -> Result<()> {
        let width = self.width();
        if self.json || width.is_none() {
            return self.result(value, |value| render(value, width));
        }
        let text = printable(&render(value, width));
        let rows = usize::from(console::Term::stdout().size().0);
        if text.lines().count() < rows || !pager.show(&text) {
            return self.write_line(text.trim_end_matches('\n'));
        }
        Ok(())
    }

    /// Prints what a command changed: as [`Self::result`], but nothing with `--quiet` unless `--json` is given.
    pub fn done<T: Serialize>(&mut self, value: &T, render: impl FnOnce(&T) -> String) -> Result<()> {
        if self.quiet && !self.json { Ok(()) } else { self.result(value, render) }
    }

    /// Prints one line of a streamed result.
    pub fn line(&mut self, text: impl Display) -> Result<()> {
        self.write_line(&printable(&text.to_string()))
    }

    /// Prints a secret unescaped.
    pub fn secret(&mut self, text: &str) -> Result<()> {
        self.write_line(text)
    }

    /// Prints a status message to stderr; suppressed by `--quiet` and `--json`.
    pub fn note(&self, text: impl Display) {
        if !self.quiet && !self.json {
            let _ = writeln!(io::stderr(), "{}", printable(&text.to_string()));
        }
    }

    /// Prints a warning to stderr, even with `--quiet`.
    #[expect(clippy::unused_self, reason = "printing requires an `Out`")]
    pub fn warn(&self, text: impl Display) {
        Self::warning(text);
    }

    /// Prints a warning to stderr before a command has its output.
    pub fn warning(text: impl Display) {
        let _ = writeln!(io::stderr(), "warning: {}", printable(&text.to_string()));
    }

    /// Prints a prompt to stderr.
    pub fn prompt(text: &str) {
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// Prints a question to stderr; the answer is typed on the same line.
    pub fn question(text: &str) {
        let mut stderr = io::stderr();
        let _ = write!(stderr, "{}", printable(text)).and_then(|()| stderr.flush());
    }

    /// Prints a usage error of clap, as text or as a JSON object.
    pub fn usage_error(error: &clap::Error, json: bool) {
        if !json {
            let _ = error.print();
            return;
        }
        let text = error.render().to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        let hint = "`journal help` lists the commands, `journal help COMMAND` its flags";
        let body = serde_json::json!({ "error": ErrorKind::Invalid.code(), "message": message, "hint": hint });
        let _ = writeln!(io::stderr(), "{}", escape_json(&body.to_string()));
    }

    /// Prints an error with its hint.
    pub fn error(&self, error: &Error) {
        if error.kind() == ErrorKind::Internal {
            tracing::error!(error = ?error, "internal error");
        } else {
            // The message may contain a path or an address, so the log gets the kind only.
            tracing::debug!(kind = error.kind().code(), "refused");
        }
        let mut stderr = io::stderr();
        if self.json {
            let body = serde_json::json!({
                "error": error.kind().code(), "message": error.to_string(), "hint": error.hint_text(),
            });
            let _ = writeln!(stderr, "{}", escape_json(&body.to_string()));
            return;
        }
        // A file name in the message may contain a line break.
        let _ = writeln!(stderr, "error: {}", printable(&error.to_string()).replace('\n', "\u{fffd}"));
        if let Some(hint) = error.hint_text() {
            let _ = writeln!(stderr, "  try: {}", printable(hint));
        }
    }

    /// Writes raw bytes to stdout.
    pub fn write_bytes(bytes: &[u8]) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        stdout.flush()
    }

    /// Prints text between U+0002 and U+0003 in bold if colour is enabled; removes the markers.
    pub fn highlight(&self, text: &str) -> String {
        let (on, off) = if self.color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        text.split_inclusive(['\u{2}', '\u{3}'])
            .map(|part| {
                let mark = match part.chars().next_back() {
                    Some('\u{2}') => on,
                    Some('\u{3}') => off,
                    _ => "",
                };
                printable(part.trim_end_matches(['\u{2}', '\u{3}'])) + mark
            })
            .collect()
    }

    /// Prints text whose parts are already sanitised and that may contain colour codes.
    pub fn print_rendered(&mut self, text: &str) -> Result<()> {
        self.write_line(text)
    }

    fn write_line(&mut self, text: &str) -> Result<()> {
        if self.closed {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            Err(error) => Err(Error::conflict("the output cannot be written")
                .hint("check the target of standard output")
                .caused_by(error)),
        }
    }
}

/// Escapes terminal control characters that serde leaves unescaped; they occur only inside JSON strings.
fn escape_json(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && printable(c.encode_utf8(&mut [0; 4])) == "\u{fffd}" && c != '\u{fffd}' {
            let _ = write!(text, "\\u{:04x}", u32::from(c));
        } else {
            text.push(c);
        }
    }
    text
}

/// Formats a number of entries.
pub fn entries<N: Copy + Display + PartialEq + From<u8>>(count: N) -> String {
    counted(count, "entry", "entries")
}

/// Formats a number with its noun.
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, one: &str, several: &str) -> String {
    if count == 1.into() { format!("1 {one}") } else { format!("{count} {several}") }
}

/// Formats the number of a journal's entries with their first and last day.
pub fn render_span(span: &JournalSpan) -> String {
    match (&span.first_day, &span.last_day) {
        (Some(first), Some(last)) if first == last => format!("{} of {first}", entries(span.entries)),
        (Some(first), Some(last)) => format!("{} from {first} to {last}", entries(span.entries)),
        _ => entries(span.entries),
    }
}

/// Formats a table without borders; cells are sanitised.
pub fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    if io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(console::Term::stdout().size().1);
    }
    for row in rows {
        table.add_row(row.map(|cell| printable(&cell).replace(['\n', '\t'], " ")));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
