use std::io::IsTerminal;
use std::io::Read;

use crate::editor;
use crate::out::Out;
use crate::progress;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::error::Error;
use journal::error::Kind;
use journal::error::Result;
use journal::ingest;
use journal::jobs::Done;
use journal::model::scope::Scope;

/// Write an entry
///
/// Opens $EDITOR when no text is given. The editor's file lives in memory, never on a disk.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The text; `-` reads standard input
    text: Option<String>,
    /// Date of the entry (YYYY-MM-DD) [default: today]
    #[arg(long)]
    date: Option<String>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let text = match args.text.as_deref() {
        Some("-") => stdin()?,
        Some(text) => text.to_owned(),
        None if std::io::stdin().is_terminal() && !shell.global.no_input => editor::edit(&shell.environment, "")?,
        None if shell.global.no_input => {
            return Err(Error::invalid("there is no text").hint("give it as an argument, or `-` and pipe it in"));
        }
        None => stdin()?,
    };
    let bar = Bar::new("Embedding", &shell.global);
    let ctx = shell.ctx()?;
    let entry = ingest::write(&ctx, &text, args.date.as_deref()).await?;
    out.result(&entry, |entry| {
        format!("Stored entry {} ({}, {} words)", entry.id, entry.entry_date, entry.word_count)
    })?;
    later(out, progress::embed(&ctx, Scope::Ingest, &bar).await)
}

/// Turns what stops the vectors into a warning: the entry itself is stored.
pub fn later(out: &Out, embedded: Result<Done>) -> Result<()> {
    match embedded {
        Err(error) if error.kind() != Kind::Internal => {
            out.warn(format!("stored, but not yet findable by meaning: {error}"));
            out.warn(format!("next: {}", error.next_step().unwrap_or("journal job run")));
            Ok(())
        }
        Ok(done) if done.unfindable > 0 => {
            out.warn(format!("stored, but {} not findable by meaning", done.unfindable));
            out.warn("next: `journal job list` says why");
            Ok(())
        }
        other => other.map(drop),
    }
}

/// Reads standard input as text; says so when a person has to type it.
///
/// # Errors
/// `Invalid` for bytes that are not UTF-8 or more than an entry holds.
pub fn stdin() -> Result<String> {
    let bytes = stdin_bytes()?;
    String::from_utf8(bytes).map_err(|error| {
        Error::invalid(format!("standard input is not UTF-8 text (byte {})", error.utf8_error().valid_up_to()))
            .hint("convert it with iconv first")
    })
}

/// Reads standard input, at most one byte more than an entry holds.
///
/// # Errors
/// `Invalid` for more.
pub fn stdin_bytes() -> Result<Vec<u8>> {
    let mut stdin = std::io::stdin().lock();
    if stdin.is_terminal() {
        Out::prompt("Write, then press Ctrl-D on an empty line:");
    }
    let mut bytes = Vec::new();
    let limit = journal::model::text::MAX_TEXT as u64;
    (&mut stdin).take(limit + 1).read_to_end(&mut bytes).map_err(|error| {
        Error::invalid("standard input cannot be read").hint("check what is piped in").caused_by(error)
    })?;
    ingest::check_size(bytes.len() as u64)?;
    Ok(bytes)
}
