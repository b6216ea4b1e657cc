//! Takes everything out: a Markdown file per entry, one JSON document and the originals, readable without this program.

mod document;
mod markdown;
mod target;

use std::collections::HashSet;
use std::path::PathBuf;

use serde::Serialize;
use tokio::sync::mpsc;
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::audit::Action;
use crate::model::id::EntryId;
use crate::model::portable;
use crate::model::portable::Original;
use crate::model::scope::Scope;
use crate::model::within::Within;
use crate::port;
use crate::port::export::target::Sink;
use crate::port::export::target::Target;
use crate::secret::Secret;
use crate::storage::hashed;
use crate::storage::media::MediaStore;
use crate::storage::media::unreadable;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entries;
use crate::storage::notebook::portable as rows;

/// Where an export goes, and how.
#[derive(Debug, Default)]
pub struct Wanted {
    /// A new or empty folder; with recipients or a passphrase, a new file.
    pub to: PathBuf,
    /// Who can open the file: `age1…`, or lines of SSH public keys.
    pub recipients: Vec<String>,
    /// What opens the file, instead of recipients.
    pub passphrase: Option<Secret<String>>,
    /// Leaves originals out that are damaged or missing, instead of stopping at them.
    pub skip_damaged: bool,
}

/// What was written.
#[derive(Debug, Serialize)]
pub struct Exported {
    /// Entries.
    pub entries: usize,
    /// Originals.
    pub originals: usize,
    /// Bytes of the originals.
    pub original_bytes: u64,
    /// Originals of uploads that no entry was made of yet; they are not in it.
    pub waiting_uploads: u64,
    /// Originals that were left out because they are damaged or missing.
    pub left_out: Vec<LeftOut>,
    /// Whether it is one file that only its recipients open.
    pub encrypted: bool,
    /// The folder or file.
    pub to: PathBuf,
}

/// An original that is damaged or missing.
#[derive(Debug, Clone, Serialize)]
pub struct LeftOut {
    /// Its entry.
    pub entry_id: EntryId,
    /// What it was called.
    pub label: String,
}

/// Writes everything that is the caller's: `journal.json`, its schema, `entries/DATE-ID.md` with front matter, and the
/// originals, as they stand at one instant.
///
/// In a folder, files are private (0600) and in the clear: that is what an export is for. With recipients it is one tar
/// inside an age file, and nothing in the clear touches the disk. An export that was interrupted does not look whole: its
/// folder says so, its file has another name. The act is in the audit trail.
///
/// # Errors
/// `Conflict` when there is something at the place already, when it cannot be written, and for an original that is
/// damaged; `Invalid` for recipients that are none; `Forbidden` for a key that reaches only a part.
pub async fn export(ctx: &Ctx, wanted: Wanted, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Exported> {
    let media = ctx.media(Scope::Export).await?;
    let (skip_damaged, to) = (wanted.skip_damaged, wanted.to.clone());
    let target = Target::check(wanted)?;
    let encrypted = target.is_sealed();
    let trail = Trail::of(ctx);
    let resource = format!("notebook:{}", ctx.notebook()?);
    ctx.write_accounts(Scope::Export, move |db| trail.record(db, Action::DataExported, &resource)).await?;
    let trail = Trail::of(ctx);
    ctx.write(Scope::Export, move |db| trail.exported(db)).await?;
    let (told, mut heard) = mpsc::unbounded_channel();
    let writing = ctx.with_notebook(Scope::Export, move |notebook| {
        target.fill(&mut |sink| {
            notebook.read(|db| {
                let whole = Whole { db, media: &media, told: &told };
                whole.write(sink, skip_damaged)
            })
        })
    });
    let (summary, left_out) = port::hear(writing, &mut heard, progress).await?;
    ctx.count(Read::Export, summary.entries);
    Ok(Exported {
        entries: summary.entries,
        originals: summary.originals,
        original_bytes: summary.original_bytes,
        waiting_uploads: summary.waiting_uploads,
        left_out,
        encrypted,
        to,
    })
}

/// How much was written.
#[derive(Default)]
struct Summary {
    entries: usize,
    originals: usize,
    original_bytes: u64,
    waiting_uploads: u64,
}

/// A notebook as it stands, on its way out.
struct Whole<'a> {
    db: &'a NotebookDb<'a>,
    media: &'a MediaStore,
    told: &'a UnboundedSender<(u64, u64)>,
}

impl Whole<'_> {
    fn write(&self, sink: &mut dyn Sink, skip_damaged: bool) -> Result<(Summary, Vec<LeftOut>)> {
        let ids = entries::ids_by_date(self.db, &Within::default())?;
        let (mut done, total) = (0, ids.len() as u64 + rows::original_count(self.db)?);
        let mut left_out = Vec::new();
        let damaged = if skip_damaged { self.damaged(&ids, &mut left_out)? } else { HashSet::new() };
        let mut summary = Summary { waiting_uploads: rows::waiting_uploads(self.db)?, ..Summary::default() };
        sink.file(portable::SCHEMA, document::schema()?.as_bytes())?;
        // A tar says how long a file is before its first byte. The snapshot stands still, so the second time is like the first.
        let mut length = document::Length::default();
        document::write(self.db, &ids, &damaged, &mut length)?;
        sink.begin(portable::DOCUMENT, length.0)?;
        document::write(self.db, &ids, &damaged, &mut document::Inside(sink))?;
        sink.end()?;
        for &id in &ids {
            let Some(entry) = document::entry(self.db, id, &damaged)? else { continue };
            let name = format!("{}/{}-{id}.md", portable::ENTRIES, entry.entry_date);
            sink.file(&name, markdown::of(&entry).as_bytes())?;
            summary.entries += 1;
            done += 1;
            // Nobody hears it any more once the command was given up.
            let _ = self.told.send((done, total));
            for source in &entry.sources {
                let Some(original) = &source.original else { continue };
                self.original(sink, id, original, &source.sha256)?;
                summary.originals += 1;
                summary.original_bytes += original.bytes;
                done += 1;
                let _ = self.told.send((done, total));
            }
        }
        Ok((summary, left_out))
    }

    fn original(&self, sink: &mut dyn Sink, entry: EntryId, original: &Original, sha256: &str) -> Result<()> {
        let name = format!("{}/{}", portable::MEDIA, original.file_name());
        sink.begin(&name, original.bytes)?;
        self.read(entry, original, sha256, &mut |piece| sink.write(piece))?;
        sink.end()
    }

    /// Hands every piece of an original on, and makes sure at the end that it is what came in.
    fn read(
        &self,
        entry: EntryId,
        original: &Original,
        sha256: &str,
        take: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let other = || damaged(entry, Error::conflict("the file is not the one that came in"));
        let reader = self.media.reader(original.id).map_err(|error| damaged(entry, error))?;
        let mut bytes = 0;
        let unread = |error| damaged(entry, unreadable(error));
        let sum = hashed::each(reader, unread, |piece| {
            bytes += piece.len() as u64;
            if bytes > original.bytes { Err(other()) } else { take(piece) }
        })?;
        if sum.bytes == original.bytes && sum.sha256 == sha256 { Ok(()) } else { Err(other()) }
    }

    /// Reads every original through, and returns those that are damaged or missing.
    fn damaged(&self, ids: &[EntryId], left_out: &mut Vec<LeftOut>) -> Result<HashSet<Uuid>> {
        let mut damaged = HashSet::new();
        for &id in ids {
            let Some(entry) = rows::entry(self.db, id)? else { continue };
            for source in entry.sources {
                let Some(original) = source.original else { continue };
                if self.read(id, &original, &source.sha256, &mut |_| Ok(())).is_err() {
                    damaged.insert(original.id);
                    left_out.push(LeftOut { entry_id: id, label: source.label });
                }
            }
        }
        Ok(damaged)
    }
}

fn damaged(entry: EntryId, error: Error) -> Error {
    Error::conflict(format!("an original of entry {entry} is damaged or missing"))
        .hint("put the media file back from a backup, or pass --skip-damaged to leave it out")
        .caused_by(error)
}
