use std::path::Path;
use std::path::PathBuf;

use crate::editor;
use crate::out::Out;
use crate::progress;
use crate::progress::Bar;
use crate::shell::Shell;
use crate::write;
use journal::entries;
use journal::error::Error;
use journal::error::Result;
use journal::ingest;
use journal::model::id::EntryId;
use journal::model::scope::Scope;

/// Change an entry; what it was before is kept
///
/// Opens $EDITOR when nothing else is given.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Number of the entry
    id: EntryId,
    /// File with the new text, `-` for standard input
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
    /// New date (YYYY-MM-DD)
    #[arg(long)]
    date: Option<String>,
    /// New title; an empty one removes it
    #[arg(long)]
    title: Option<String>,
    /// Tag to add, repeatable
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Tag to remove, repeatable
    #[arg(long = "untag", value_name = "TAG")]
    untag: Vec<String>,
    /// Accept an assistant's words as the journal's own, so that people, places and moods are looked for in them
    #[arg(long)]
    accept: bool,
    /// Make this earlier version the present one again
    #[arg(long, value_name = "N", conflicts_with_all = ["text", "date", "title", "tags", "untag", "accept"])]
    restore: Option<i64>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let bar = Bar::new("Embedding", &shell.global);
    let (environment, no_input) = (shell.environment.clone(), shell.global.no_input);
    let mut text = args.text.as_deref().map(read).transpose()?;
    let ctx = shell.ctx()?;
    let tags = (!args.tags.is_empty() || !args.untag.is_empty())
        .then_some(entries::Tags::Change { add: args.tags, remove: args.untag });
    let fields = text.is_some() || args.date.is_some() || args.title.is_some() || tags.is_some() || args.accept;
    let nothing_given = !fields && args.restore.is_none();
    if nothing_given {
        if no_input {
            return Err(Error::invalid("there is nothing to change")
                .hint("pass --text, --date, --title, --tag, --untag, --accept or --restore"));
        }
        let before = entries::get(&ctx, args.id).await?.final_text;
        text = Some(editor::edit(&environment, &before)?);
    }
    let edited = if let Some(version) = args.restore {
        entries::restore(&ctx, args.id, version).await?
    } else {
        let edit = entries::Edit {
            text,
            date: args.date,
            title: args.title,
            tags,
            accepted: args.accept.then_some(true),
            ..entries::Edit::default()
        };
        entries::edit(&ctx, args.id, edit).await?
    };
    out.result(&edited, |edited| {
        let entry = &edited.entry;
        format!("Changed entry {} ({}, {} words)", entry.id, entry.entry_date, entry.word_count)
    })?;
    write::later(out, progress::embed(&ctx, Scope::EntriesWrite, &bar).await)
}

fn read(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        return write::stdin();
    }
    let unreadable = |error: std::io::Error| {
        Error::invalid(format!("{} cannot be read as text", path.display())).hint("check the file").caused_by(error)
    };
    ingest::check_size(std::fs::metadata(path).map_err(unreadable)?.len())?;
    std::fs::read_to_string(path).map_err(unreadable)
}
