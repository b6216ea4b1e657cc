mod kept_text;
mod new_entry;
mod recover;

use std::io::{IsTerminal, Read};

use crate::cli_context::CliContext;
use crate::date_args;
use crate::editor::command::EditorCommand;
use crate::editor::memory_file::MemoryTextFile;
use crate::output::CommandOutput;
use crate::progress::CommandProgress;
use crate::typed_text::TypedText;
use crate::write::new_entry::{WITHOUT_EDITOR, check_new_entry, report_stored};
use crate::write::recover::RecoverRequest;
use journal::error::{Error, Result};
use journal::services::ingest::{self, TypedEntry};

pub use crate::write::new_entry::report_embedding;

/// Write an entry
///
/// Opens $VISUAL or $EDITOR if no text is given, otherwise an installed editor. Its file is kept in memory and never
/// written to disk. User, date and journal are checked before a text is typed. A text that cannot be stored afterwards
/// is kept as a draft, or as a file in memory; --recover stores it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal write \"Slept badly, then a walk.\" --date 2026-05-03")]
pub struct Args {
    /// Text of the entry; `-` reads standard input, with front matter as in a file
    text: Option<String>,
    /// Date of the entry, such as 2026-05-12, yesterday or "3 days ago" [default: today]
    #[arg(long)]
    date: Option<String>,
    /// Time of day (HH:MM) [default: now, without --date]
    #[arg(long, value_name = "TIME")]
    time: Option<String>,
    /// Title of the entry
    #[arg(long)]
    title: Option<String>,
    /// Tag of the entry, repeatable
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Store standard input as it is, without reading front matter
    #[arg(long)]
    plain: bool,
    /// Do not wait for vectors; `journal job run` computes them later
    #[arg(long)]
    no_wait: bool,
    /// List texts that were not stored; with an ID or a path, open that text and store it
    ///
    /// On a terminal, a single text is opened at once. `-` as the text, --no-input and input that is not a terminal
    /// store it without the editor.
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "")]
    recover: Option<String>,
    /// Discard the text that --recover names
    #[arg(long, requires = "recover")]
    discard: bool,
}

/// Origin of the text of an entry.
enum TextSource {
    Argument(String),
    Stdin,
    Editor(EditorCommand),
}

impl TextSource {
    fn from_args(text: Option<&str>, shell: &CliContext) -> Result<Self> {
        match text {
            Some("-") => Ok(Self::Stdin),
            Some(text) => Ok(Self::Argument(text.to_owned())),
            None if shell.global.no_input => {
                Err(Error::invalid("the text is missing").hint("pass it as an argument, or pass `-` and pipe it in"))
            }
            None if std::io::stdin().is_terminal() => {
                EditorCommand::resolve(&shell.environment, WITHOUT_EDITOR).map(Self::Editor)
            }
            None => Ok(Self::Stdin),
        }
    }
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let bar = (!args.no_wait).then(|| CommandProgress::new("Embedding", &shell.global));
    let flags =
        TypedEntry { date: args.date, time: args.time, title: args.title, tags: args.tags, ..TypedEntry::default() };
    if let Some(id) = args.recover {
        let (text, discard, plain) = (args.text, args.discard, args.plain);
        return recover::run(shell, RecoverRequest { id, text, discard, plain, flags }, bar.as_ref(), out).await;
    }
    let source = TextSource::from_args(args.text.as_deref(), &shell)?;
    let environment = shell.environment.clone();
    let ctx = shell.user_ctx()?;
    let date = date_args::parse_day(&ctx, flags.date.as_deref())?;
    let flags = TypedEntry { date, has_front_matter: matches!(source, TextSource::Stdin) && !args.plain, ..flags };
    let purpose = check_new_entry(&ctx, &flags).await?;
    let text = match source {
        TextSource::Argument(text) => TypedText::from_bytes(text.into_bytes(), purpose),
        TextSource::Stdin => TypedText::from_stdin(&environment, purpose),
        TextSource::Editor(editor) => {
            let file = MemoryTextFile::for_editor(&environment, &purpose, b"")?;
            TypedText::from_editor(&editor, file, purpose)?
        }
    };
    let store = async |text| ingest::write_typed(&ctx, TypedEntry { text, ..flags }).await;
    let entry = text.store(&ctx, &environment, store).await?;
    report_stored(&ctx, &entry, bar.as_ref(), out).await
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
