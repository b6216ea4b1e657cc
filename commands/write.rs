use std::io::{IsTerminal, Read};

use crate::cli_context::CliContext;
use crate::editor;
use crate::output::CommandOutput;
use crate::progress::{self, CommandProgress};
use journal::domain::scope::Scope;
use journal::error::{Error, ErrorKind, Result};
use journal::jobs::QueueSummary;
use journal::services::ingest;

/// Write an entry
///
/// Opens $EDITOR if no text is given. The editor's file is kept in memory and never written to disk.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal write \"Slept badly, then a walk.\" --date 2026-05-03")]
pub struct Args {
    /// Text of the entry; `-` reads standard input
    text: Option<String>,
    /// Date of the entry (YYYY-MM-DD) [default: today]
    #[arg(long)]
    date: Option<String>,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let text = match args.text.as_deref() {
        Some("-") => read_stdin_text()?,
        Some(text) => text.to_owned(),
        None if std::io::stdin().is_terminal() && !shell.global.no_input => editor::edit(&shell.environment, "")?,
        None if shell.global.no_input => {
            return Err(
                Error::invalid("the text is missing").hint("pass it as an argument, or pass `-` and pipe it in")
            );
        }
        None => read_stdin_text()?,
    };
    let bar = CommandProgress::new("Embedding", &shell.global);
    let ctx = shell.user_ctx()?;
    let entry = ingest::write(&ctx, &text, args.date.as_deref()).await?;
    out.result(&entry, |entry| {
        format!("Stored entry {} ({}, {} words)", entry.id, entry.entry_date, entry.word_count)
    })?;
    report_embedding(out, progress::run_embedding_jobs(&ctx, Scope::Ingest, &bar).await)
}

/// Reports an embedding failure as a warning, because the entry itself is stored.
pub fn report_embedding(out: &CommandOutput, embedded: Result<QueueSummary>) -> Result<()> {
    match embedded {
        Err(error) if error.kind() != ErrorKind::Internal => {
            out.warn(format!("stored, but not yet indexed for semantic search: {error}"));
            out.warn(format!("next: {}", error.hint_text().unwrap_or("journal job run")));
            Ok(())
        }
        Ok(done) if done.unfindable > 0 => {
            out.warn(format!("stored, but {} not indexed for semantic search", done.unfindable));
            out.warn("next: `journal job list` shows the reason");
            Ok(())
        }
        other => other.map(drop),
    }
}

/// Reads standard input as UTF-8 text; prints a prompt on a terminal.
///
/// # Errors
/// `Invalid` for bytes that are not UTF-8 or exceed the maximum entry size.
pub fn read_stdin_text() -> Result<String> {
    let bytes = read_stdin()?;
    String::from_utf8(bytes).map_err(|error| {
        Error::invalid(format!("standard input is not UTF-8 text (byte {})", error.utf8_error().valid_up_to()))
            .hint("convert it with iconv first")
    })
}

/// Reads standard input, up to the maximum entry size.
///
/// # Errors
/// `Invalid` for more bytes than that.
pub fn read_stdin() -> Result<Vec<u8>> {
    let mut stdin = std::io::stdin().lock();
    if stdin.is_terminal() {
        CommandOutput::prompt("Write, then press Ctrl-D on an empty line:");
    }
    let mut bytes = Vec::new();
    let limit = journal::domain::text::MAX_TEXT as u64;
    (&mut stdin).take(limit + 1).read_to_end(&mut bytes).map_err(|error| {
        Error::invalid("standard input cannot be read").hint("check the command that is piped in").caused_by(error)
    })?;
    ingest::check_size(bytes.len() as u64)?;
    Ok(bytes)
}
