//! The one owner of stdout and stderr: data to the one, everything else to the other.

use std::fmt::Display;
use std::fmt::Write as _;
use std::io;
use std::io::IsTerminal;
use std::io::Write;

use comfy_table::Table;
use comfy_table::presets;
use serde::Serialize;

use crate::global::Global;
use journal::error::Error;
use journal::error::Kind;
use journal::error::Result;
use journal::model::text::printable;

/// Where a command prints.
#[expect(clippy::struct_excessive_bools, reason = "independent switches, each set once")]
pub struct Out {
    json: bool,
    quiet: bool,
    color: bool,
    terminal: bool,
    /// Set once whoever read our output went away, such as `| head`.
    closed: bool,
}

impl Out {
    pub fn new(global: &Global) -> Self {
        let terminal = io::stdout().is_terminal();
        // console knows NO_COLOR, CLICOLOR and TERM=dumb.
        let color = terminal && !global.no_color && console::colors_enabled();
        Self { json: global.json, quiet: global.quiet, color, terminal, closed: false }
    }

    /// Tells whether results are to be JSON.
    pub fn wants_json(&self) -> bool {
        self.json
    }

    /// Returns the columns to draw in; `None` where numbers are wanted, since no person looks at it.
    pub fn width(&self) -> Option<usize> {
        self.terminal.then(|| usize::from(console::Term::stdout().size().1))
    }

    /// Prints a result: the object with `--json`, otherwise what the closure renders.
    pub fn result<T: Serialize>(&mut self, value: &T, render: impl FnOnce(&T) -> String) -> Result<()> {
        if self.json {
            let text = serde_json::to_string_pretty(value).map_err(|error| Error::internal("writing JSON", error))?;
            self.data(&escaped(&text))
        } else {
            let text = render(value);
            self.data(printable(&text).trim_end_matches('\n'))
        }
    }

    /// Prints a line of a result that comes line by line.
    pub fn line(&mut self, text: impl Display) -> Result<()> {
        self.data(&printable(&text.to_string()))
    }

    /// Prints a secret that is shown this once, byte for byte.
    pub fn secret(&mut self, text: &str) -> Result<()> {
        self.data(text)
    }

    /// Tells a person something that is no result; silent with `--quiet` and `--json`.
    pub fn note(&self, text: impl Display) {
        if !self.quiet && !self.json {
            let _ = writeln!(io::stderr(), "{}", printable(&text.to_string()));
        }
    }

    /// Tells a person something they should know even with `--quiet`.
    #[expect(clippy::unused_self, reason = "whoever prints holds an `Out`")]
    pub fn warn(&self, text: impl Display) {
        let _ = writeln!(io::stderr(), "warning: {}", printable(&text.to_string()));
    }

    /// Says what a terminal is waiting for.
    pub fn prompt(text: &str) {
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// Prints what clap says of a command line that it cannot read: its own text, or one JSON object.
    pub fn usage(error: &clap::Error, json: bool) {
        if !json {
            let _ = error.print();
            return;
        }
        let text = error.render().to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        let hint = "`journal help` shows the commands, and `--help` after one its flags";
        let body = serde_json::json!({ "error": Kind::Invalid.code(), "message": message, "hint": hint });
        let _ = writeln!(io::stderr(), "{}", escaped(&body.to_string()));
    }

    /// Prints an error with its next step.
    pub fn error(&self, error: &Error) {
        if error.kind() == Kind::Internal {
            tracing::error!(error = ?error, "internal error");
        } else {
            // The sentence may name a path or an address that was typed; it is for the person, not for the log.
            tracing::debug!(kind = error.kind().code(), "refused");
        }
        let mut stderr = io::stderr();
        if self.json {
            let body = serde_json::json!({
                "error": error.kind().code(), "message": error.to_string(), "hint": error.next_step(),
            });
            let _ = writeln!(stderr, "{}", escaped(&body.to_string()));
            return;
        }
        // A sentence is one line, whatever the name of a file in it holds.
        let _ = writeln!(stderr, "error: {}", printable(&error.to_string()).replace('\n', "\u{fffd}"));
        if let Some(hint) = error.next_step() {
            let _ = writeln!(stderr, "  try: {}", printable(hint));
        }
    }

    /// Writes bytes for another program, and nothing else.
    pub fn bytes(bytes: &[u8]) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        stdout.flush()
    }

    /// Sets words between U+0002 and U+0003 in bold, or leaves the marks out.
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

    /// Prints text that was made printable piece by piece and may hold our own colour codes.
    pub fn rendered(&mut self, text: &str) -> Result<()> {
        self.data(text)
    }

    fn data(&mut self, text: &str) -> Result<()> {
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
            Err(error) => {
                Err(Error::conflict("the output could not be written").hint("check where it goes").caused_by(error))
            }
        }
    }
}

/// Escapes in JSON what serde leaves as it is and a terminal acts on; such characters stand only inside strings.
fn escaped(json: &str) -> String {
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

/// Writes a number of entries.
pub fn entries(count: i64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// Builds a table without borders, cells made printable.
pub fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    for row in rows {
        table.add_row(row.map(|cell| printable(&cell).replace(['\n', '\t'], " ")));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
