use std::path::PathBuf;

use crate::originals;
use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::ctx::Ctx;
use journal::entries;
use journal::error::Error;
use journal::error::Kind;
use journal::error::Result;
use journal::model::entry::Author;
use journal::model::entry::Entry;
use journal::model::entry::Version;
use journal::model::id::EntryId;
use journal::model::suspicion::Suspicion;

/// Show an entry
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Number of the entry
    id: EntryId,
    /// Show what it was before each edit
    #[arg(long)]
    history: bool,
    /// List the photographs and recordings that it was made of
    #[arg(long, conflicts_with = "history")]
    media: bool,
    /// Write them into this folder, as they came in
    #[arg(long, value_name = "DIR", requires = "media")]
    to: Option<PathBuf>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    if args.history {
        let versions = entries::history(&ctx, args.id).await?;
        return out.result(&serde_json::json!({ "entry_id": args.id, "items": versions }), |_| history(&versions));
    }
    if args.media {
        return media(&ctx, args.id, args.to, out).await;
    }
    let entry = entries::get(&ctx, args.id).await?;
    // A key that reaches a part of the journal does not reach originals.
    let originals = match entries::originals(&ctx, args.id).await {
        Ok(originals) => originals.items.len(),
        Err(error) if error.kind() == Kind::Forbidden => 0,
        Err(error) => return Err(error),
    };
    out.result(&entry, |entry| whole(entry, originals))
}

async fn media(ctx: &Ctx, id: EntryId, to: Option<PathBuf>, out: &mut Out) -> Result<()> {
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
    let written = originals::write(ctx, id, &folder).await?;
    if written.is_empty() {
        return Err(Error::not_found(format!("original of entry {id}")).hint("it was typed, or imported as text"));
    }
    out.result(&serde_json::json!({ "entry_id": id, "items": written }), |_| {
        written.iter().map(|written| format!("Wrote {}", written.file.display())).collect::<Vec<_>>().join("\n")
    })
}

fn whole(entry: &Entry, originals: usize) -> String {
    let title = entry.title.as_ref().map_or_else(String::new, |title| format!(" · {title}"));
    let doubt = if entry.date_confirmed { "" } else { " (date in doubt)" };
    let kept = match originals {
        0 => String::new(),
        1 => " · 1 original".to_owned(),
        more => format!(" · {more} originals"),
    };
    let tags = if entry.tags.is_empty() { String::new() } else { format!("tags: {}\n", entry.tags.join(", ")) };
    let said = |what: &str, author: &Option<Author>| {
        author.as_ref().map_or_else(String::new, |author| format!("{what} {} ({})\n", author.assistant, author.via))
    };
    let suspicions = suspicious(&entry.suspicions);
    let from = said("brought by", &entry.provenance.added_by) + &said("written by", &entry.provenance.written_by);
    format!(
        "Entry {} · {}{doubt}{title}\n{} · {} words{kept} · changed {}\n{tags}{from}{suspicions}\n{}\n",
        entry.id, entry.entry_date, entry.source_type, entry.word_count, entry.updated_at, entry.final_text
    )
}

/// Says in one line that the text speaks to a model.
fn suspicious(places: &[Suspicion]) -> String {
    let mut names: Vec<&str> = places.iter().map(|place| place.pattern.name()).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return String::new();
    }
    format!("careful: the text speaks to a model ({}); models are told to read it as data\n", names.join(", "))
}

fn history(versions: &[Version]) -> String {
    if versions.is_empty() {
        return "The entry was never edited.".to_owned();
    }
    let shown = versions.iter().map(|version| {
        let title = version.title.as_ref().map_or_else(String::new, |title| format!(" · {title}"));
        format!(
            "Version {} · {}{title} · {} words · until {}\n\n{}\n",
            version.version, version.entry_date, version.word_count, version.replaced_at, version.final_text
        )
    });
    shown.collect::<Vec<_>>().join("\n")
}
