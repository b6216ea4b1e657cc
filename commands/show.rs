use std::path::PathBuf;

use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
use crate::pager::PagerCommand;
use crate::text_layout::wrap;
use crate::write_originals;
use journal::app::context::Ctx;
use journal::domain::entry::{AssistantAuthor, Entry, EntryVersion};
use journal::domain::id::EntryId;
use journal::domain::prompt_injection::InjectionWarning;
use journal::error::{Error, ErrorKind, Result};
use journal::services::entries;

/// Show entries
///
/// A long text is shown in a pager: `JOURNAL_PAGER`, `PAGER` or `less`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n\n    journal show 7 8\n    journal show 7 --media --to ~/originals")]
pub struct Args {
    /// Entry ids
    #[arg(required = true, value_name = "ID")]
    ids: Vec<EntryId>,
    /// Show the earlier versions
    #[arg(long)]
    history: bool,
    /// List the original photographs and recordings
    #[arg(long, conflicts_with = "history")]
    media: bool,
    /// Write the originals to this folder, unchanged
    #[arg(long, value_name = "DIR", requires = "media")]
    to: Option<PathBuf>,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let pager = PagerCommand::from_environment(&shell.environment)?;
    let ctx = shell.user_ctx()?;
    if args.history || args.media {
        let [id] = args.ids[..] else {
            return Err(Error::invalid("--history and --media show one entry").hint("pass a single id"));
        };
        if args.media {
            return show_media(&ctx, id, args.to, out).await;
        }
        let versions = entries::history(&ctx, id).await?;
        let document = serde_json::json!({ "entry_id": id, "items": versions });
        return out.paged(&document, &pager, |_, width| render_history(&versions, width));
    }
    let mut shown = Vec::with_capacity(args.ids.len());
    for &id in &args.ids {
        let entry = entries::get(&ctx, id).await?;
        // A key with an access boundary cannot read originals.
        let originals = match entries::originals(&ctx, id).await {
            Ok(originals) => originals.items.len(),
            Err(error) if error.kind() == ErrorKind::Forbidden => 0,
            Err(error) => return Err(error),
        };
        shown.push((entry, originals));
    }
    let render = |width: Option<usize>| {
        let texts = shown.iter().map(|(entry, originals)| render_entry(entry, *originals, width));
        texts.collect::<Vec<_>>().join("\n")
    };
    match &shown[..] {
        [(entry, _)] => out.paged(entry, &pager, |_, width| render(width)),
        several => {
            let items: Vec<&Entry> = several.iter().map(|(entry, _)| entry).collect();
            out.paged(&serde_json::json!({ "items": items }), &pager, |_, width| render(width))
        }
    }
}

async fn show_media(ctx: &Ctx, id: EntryId, to: Option<PathBuf>, out: &mut CommandOutput) -> Result<()> {
    let Some(folder) = to else {
        let originals = entries::originals(ctx, id).await?;
        return out.result(&originals, |originals| {
            let rows = originals.items.iter().map(|original| {
                [
                    original.n.to_string(),
                    original.media_type.clone(),
                    original.bytes.to_string(),
                    original.label.clone(),
                ]
            });
            table(["N", "TYPE", "BYTES", "NAME"], rows)
        });
    };
    let written = write_originals::write_originals(ctx, id, &folder).await?;
    if written.is_empty() {
        return Err(Error::not_found(format!("original of entry {id}")).hint("the entry was typed or imported as text"));
    }
    out.result(&serde_json::json!({ "entry_id": id, "items": written }), |_| {
        written.iter().map(|written| format!("Wrote {}", written.file.display())).collect::<Vec<_>>().join("\n")
    })
}

fn render_entry(entry: &Entry, originals: usize, width: Option<usize>) -> String {
    let title = entry.title.as_ref().map_or_else(String::new, |title| format!(" · {title}"));
    let time = entry.entry_time.map_or_else(String::new, |time| format!(" {time}"));
    let unconfirmed = match (entry.date_confirmed, entry.date_guessed, entry.date_origin.as_deref()) {
        (false, ..) => " (date not confirmed)",
        (_, true, Some("file_time")) => " (date not confirmed: time of the file)",
        (_, true, _) => " (date not confirmed)",
        _ => "",
    };
    let kept = match originals {
        0 => String::new(),
        1 => " · 1 original".to_owned(),
        more => format!(" · {more} originals"),
    };
    let tags = if entry.tags.is_empty() { String::new() } else { format!("tags: {}\n", entry.tags.join(", ")) };
    let properties = entry.properties.iter().map(|property| match &property.value {
        serde_json::Value::String(text) => format!("{}: {text}\n", property.name),
        value => format!("{}: {value}\n", property.name),
    });
    let tags = tags + &properties.collect::<String>();
    let attribution = |label: &str, author: &Option<AssistantAuthor>| {
        author.as_ref().map_or_else(String::new, |author| format!("{label} {} ({})\n", author.assistant, author.via))
    };
    let suspicions = suspicion_notice(&entry.suspicions);
    let from =
        attribution("added by", &entry.provenance.added_by) + &attribution("written by", &entry.provenance.written_by);
    format!(
        "Entry {} · {}{time}{unconfirmed}{title}\n{} · {} words{kept} · changed {}\n{tags}{from}{suspicions}\n{}\n",
        entry.id,
        entry.entry_date,
        entry.source_type,
        entry.word_count,
        entry.updated_at,
        wrap(&entry.final_text, width)
    )
}

/// Warns about text that is possibly a prompt injection.
fn suspicion_notice(places: &[InjectionWarning]) -> String {
    let mut names: Vec<&str> = places.iter().map(|place| place.pattern.name()).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return String::new();
    }
    format!("possible prompt injection in the text ({}); prompts mark the text as data\n", names.join(", "))
}

fn render_history(versions: &[EntryVersion], width: Option<usize>) -> String {
    if versions.is_empty() {
        return "The entry was never edited.".to_owned();
    }
    let shown = versions.iter().map(|version| {
        let title = version.title.as_ref().map_or_else(String::new, |title| format!(" · {title}"));
        format!(
            "Version {} · {}{title} · {} words · until {}\n\n{}\n",
            version.version,
            version.entry_date,
            version.word_count,
            version.replaced_at,
            wrap(&version.final_text, width)
        )
    });
    shown.collect::<Vec<_>>().join("\n")
}
