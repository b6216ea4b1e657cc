use std::path::{Path, PathBuf};

use crate::cli_context::CliContext;
use crate::date_args;
use crate::editor::command::EditorCommand;
use crate::editor::memory_file::{MemoryTextFile, TextPurpose};
use crate::output::CommandOutput;
use crate::progress::{self, CommandProgress};
use crate::typed_text::{TypedText, purpose_of};
use crate::write::report_embedding;
use journal::app::context::Ctx;
use journal::config::EnvironmentSnapshot;
use journal::domain::id::EntryId;
use journal::domain::scope::Scope;
use journal::error::{Error, Result};
use journal::services::entries::{self, EntryEdit, EntryEditResponse};
use journal::services::ingest;

/// Next step of a command without an editor.
const WITHOUT_EDITOR: &str = "pass the new text in a file: --text FILE";

/// Edit an entry; earlier versions are kept
///
/// Opens $VISUAL or $EDITOR if no change is given, otherwise an installed editor. A text that cannot be stored is kept;
/// `journal write --recover` stores it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal edit 7 --title \"The heron\" --tag private")]
pub struct Args {
    /// Entry id
    id: EntryId,
    /// File with the new text, `-` for standard input
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
    /// New date, such as 2026-03-05 or yesterday
    #[arg(long)]
    date: Option<String>,
    /// New time of day (HH:MM); an empty one removes it
    #[arg(long, value_name = "TIME")]
    time: Option<String>,
    /// New title; an empty one removes it
    #[arg(long)]
    title: Option<String>,
    /// Tag to add, repeatable
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Tag to remove, repeatable
    #[arg(long = "untag", value_name = "TAG")]
    untag: Vec<String>,
    /// Accept text written by an assistant, so that entities and moods are extracted from it
    #[arg(long)]
    accept: bool,
    /// Restore this earlier version, as shown by `journal show ID --history`
    #[arg(long, value_name = "N", conflicts_with_all = ["text", "date", "time", "title", "tags", "untag", "accept"])]
    restore: Option<i64>,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let bar = CommandProgress::new("Embedding", &shell.global);
    if let Some(version) = args.restore {
        let ctx = shell.user_ctx()?;
        let edited = entries::restore(&ctx, args.id, version).await?;
        return report_edited(&ctx, &edited, &bar, out).await;
    }
    let tags = (!args.tags.is_empty() || !args.untag.is_empty())
        .then_some(entries::TagEdit::Change { add: args.tags.clone(), remove: args.untag });
    let flags = EntryEdit {
        date: args.date,
        time: args.time,
        title: args.title,
        tags,
        accepted: args.accept.then_some(true),
        ..EntryEdit::default()
    };
    let has_flags =
        flags.date.is_some() || flags.time.is_some() || flags.title.is_some() || flags.tags.is_some() || args.accept;
    let needs_editor = args.text.is_none() && !has_flags;
    if needs_editor && shell.global.no_input {
        return Err(Error::invalid("no change was given")
            .hint("pass --text, --date, --time, --title, --tag, --untag, --accept or --restore"));
    }
    let editor = needs_editor.then(|| EditorCommand::resolve(&shell.environment, WITHOUT_EDITOR)).transpose()?;
    let from_stdin = args.text.as_deref() == Some(Path::new("-"));
    let environment = shell.environment.clone();
    let ctx = shell.user_ctx()?;
    let flags = EntryEdit { date: date_args::parse_day(&ctx, flags.date.as_deref())?, ..flags };
    let edited = if from_stdin || editor.is_some() {
        entries::check_edit(&ctx, args.id, flags.clone()).await?;
        let (entry, date, title) = (Some(args.id), flags.date.clone(), flags.title.clone());
        let time = flags.time.clone();
        let purpose = TextPurpose { entry, date, time, title, tags: args.tags, ..purpose_of(&ctx) };
        let text = match &editor {
            Some(editor) => edit_in_memory(&ctx, args.id, editor, &environment, purpose).await?,
            None => TypedText::from_stdin(&environment, purpose),
        };
        let store = async |text| entries::edit(&ctx, args.id, EntryEdit { text: Some(text), ..flags }).await;
        text.store(&ctx, &environment, store).await?
    } else {
        let text = args.text.as_deref().map(read_text).transpose()?;
        entries::edit(&ctx, args.id, EntryEdit { text, ..flags }).await?
    };
    report_edited(&ctx, &edited, &bar, out).await
}

/// Opens the editor with the text of the entry.
async fn edit_in_memory(
    ctx: &Ctx,
    id: EntryId,
    editor: &EditorCommand,
    environment: &EnvironmentSnapshot,
    purpose: TextPurpose,
) -> Result<TypedText> {
    let before = entries::get(ctx, id).await?.final_text;
    let file = MemoryTextFile::for_editor(environment, &purpose, before.as_bytes())?;
    TypedText::from_editor(editor, file, purpose)
}

/// Prints the entry after an edit and computes its vectors.
async fn report_edited(
    ctx: &Ctx,
    edited: &EntryEditResponse,
    bar: &CommandProgress,
    out: &mut CommandOutput,
) -> Result<()> {
    out.done(edited, render_edited)?;
    if edited.changed.is_empty() {
        return Ok(());
    }
    report_embedding(out, progress::run_embedding_jobs(ctx, Scope::EntriesWrite, bar).await)
}

/// Renders the entry after an edit.
pub fn render_edited(edited: &EntryEditResponse) -> String {
    let entry = &edited.entry;
    if edited.changed.is_empty() {
        return format!("Nothing to change in entry {}", entry.id);
    }
    format!("Changed entry {} ({}, {} words)", entry.id, entry.entry_date, entry.word_count)
}

fn read_text(path: &Path) -> Result<String> {
    let unreadable = |error: std::io::Error| {
        Error::invalid(format!("{} cannot be read as text", path.display())).hint("check the file").caused_by(error)
    };
    ingest::check_size(std::fs::metadata(path).map_err(unreadable)?.len())?;
    std::fs::read_to_string(path).map_err(unreadable)
}
