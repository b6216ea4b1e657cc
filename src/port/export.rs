//! Takes everything out: a Markdown file per entry and one JSON document, readable without this program.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::audit::Action;
use crate::model::entry::Entry;
use crate::model::entry::Version;
use crate::model::id::EntryId;
use crate::model::scope::Scope;
use crate::model::within::Within;
use crate::storage::failure;
use crate::storage::files;
use crate::storage::notebook::entries;
use crate::storage::notebook::versions;

/// What was written.
#[derive(Debug, Serialize)]
pub struct Exported {
    /// Entries.
    pub entries: usize,
    /// The folder.
    pub to: std::path::PathBuf,
}

/// An entry with its history, as `journal.json` holds it.
#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    entry: Entry,
    history: Vec<Version>,
}

/// Writes every entry to an empty or new folder: `entries/DATE-ID.md` with front matter, and `journal.json`.
///
/// Files are private (0600) and in the clear: that is what an export is for. The act is in the audit trail.
///
/// # Errors
/// `Conflict` when the folder holds something or cannot be written.
pub async fn export(ctx: &Ctx, to: &Path, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Exported> {
    ctx.caller.authorize(Scope::Export)?;
    if std::fs::read_dir(to).is_ok_and(|mut items| items.next().is_some()) {
        return Err(Error::conflict(format!("{} is not empty", to.display())).hint("name a new folder"));
    }
    let ids = ctx.read(Scope::Export, |db| entries::ids_by_date(db, &Within::default())).await?;
    let trail = Trail::of(ctx);
    let resource = format!("notebook:{}", ctx.notebook()?);
    ctx.write_accounts(Scope::Export, move |db| trail.record(db, Action::DataExported, &resource)).await?;
    let trail = Trail::of(ctx);
    ctx.write(Scope::Export, move |db| trail.exported(db)).await?;
    let folder = to.join("entries");
    files::make_folder(&folder)?;
    let path = to.join("journal.json");
    let mut json = std::io::BufWriter::new(files::create_new(&path)?);
    let failed = |error| failure::io("writing", &path, error);
    json.write_all(b"{\"format\":\"journal-export\",\"version\":1,\"entries\":[").map_err(failed)?;
    let mut written = 0;
    for (position, &id) in ids.iter().enumerate() {
        // An entry may be deleted meanwhile.
        let Some(whole) = read(ctx, id).await? else { continue };
        let name = format!("{}-{id}.md", whole.entry.entry_date);
        files::replace(&folder.join(name), markdown(&whole.entry).as_bytes())?;
        let separator: &[u8] = if written == 0 { b"\n" } else { b",\n" };
        json.write_all(separator).map_err(failed)?;
        serde_json::to_writer(&mut json, &whole).map_err(|error| failed(error.into()))?;
        written += 1;
        progress(position as u64 + 1, ids.len() as u64);
    }
    json.write_all(b"\n]}\n").map_err(failed)?;
    let file = json.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    ctx.count(Read::Export, written);
    Ok(Exported { entries: written, to: to.to_owned() })
}

async fn read(ctx: &Ctx, id: EntryId) -> Result<Option<Whole>> {
    ctx.read(Scope::Export, move |db| {
        let Some(entry) = entries::find(db, id)? else { return Ok(None) };
        Ok(Some(Whole { entry, history: versions::all(db, id)? }))
    })
    .await
}

/// Writes an entry as Markdown with front matter that `journal ingest` understands.
fn markdown(entry: &Entry) -> String {
    // A JSON string is a YAML double-quoted scalar.
    let quoted = |title: &String| format!("title: {}\n", serde_json::Value::from(title.as_str()));
    let title = entry.title.as_ref().map_or_else(String::new, quoted);
    let tags = if entry.tags.is_empty() { String::new() } else { format!("tags: {}\n", serde_json::json!(entry.tags)) };
    format!(
        "---\ndate: {}\n{title}{tags}source: {}\nid: {}\n---\n\n{}\n",
        entry.entry_date, entry.source_type, entry.id, entry.final_text
    )
}
