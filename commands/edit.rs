use std::path::{Path, PathBuf};

use crate::cli_context::CliContext;
use crate::date_args;
use crate::output::CommandOutput;
use crate::progress::{self, CommandProgress};
use crate::{editor, write};
use journal::domain::id::EntryId;
use journal::domain::scope::Scope;
use journal::error::{Error, Result};
use journal::services::{entries, ingest};

/// Edit an entry; earlier versions are kept
///
/// Opens $EDITOR if no change is given.
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
    let (environment, no_input) = (shell.environment.clone(), shell.global.no_input);
    let mut text = args.text.as_deref().map(read_text).transpose()?;
    let ctx = shell.user_ctx()?;
    let tags = (!args.tags.is_empty() || !args.untag.is_empty())
        .then_some(entries::TagEdit::Change { add: args.tags, remove: args.untag });
    let fields = text.is_some() || args.date.is_some() || args.time.is_some() || args.title.is_some() || tags.is_some() || args.accept;
    let nothing_given = !fields && args.restore.is_none();
    if nothing_given {
        if no_input {
            return Err(Error::invalid("no change was given")
                .hint("pass --text, --date, --time, --title, --tag, --untag, --accept or --restore"));
        }
        let before = entries::get(&ctx, args.id).await?.final_text;
        text = Some(editor::edit(&environment, &before)?);
    }
    let edited = if let Some(version) = args.restore {
        entries::restore(&ctx, args.id, version).await?
    } else {
        let edit = entries::EntryEdit {
            text,
            date: date_args::parse_day(&ctx, args.date.as_deref())?,
            time: args.time,
            title: args.title,
            tags,
            accepted: args.accept.then_some(true),
            ..entries::EntryEdit::default()
        };
        entries::edit(&ctx, args.id, edit).await?
    };
    out.result(&edited, |edited| {
        let entry = &edited.entry;
        format!("Changed entry {} ({}, {} words)", entry.id, entry.entry_date, entry.word_count)
    })?;
    write::report_embedding(out, progress::run_embedding_jobs(&ctx, Scope::EntriesWrite, &bar).await)
}

fn read_text(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        return write::read_stdin_text();
    }
    let unreadable = |error: std::io::Error| {
        Error::invalid(format!("{} cannot be read as text", path.display())).hint("check the file").caused_by(error)
    };
    ingest::check_size(std::fs::metadata(path).map_err(unreadable)?.len())?;
    std::fs::read_to_string(path).map_err(unreadable)
}
