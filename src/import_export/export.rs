//! Native export: a Markdown file per entry, one JSON document and the originals, readable without this program.

mod document_writer;
mod markdown;
mod options;
mod sink;
mod target;

pub use options::ExportOptions;

use std::collections::HashSet;
use std::path::PathBuf;

use serde::Serialize;
use tokio::sync::mpsc::{self, UnboundedSender};
use uuid::Uuid;

use crate::app::context::Ctx;
use crate::domain::access_filter::AccessFilter;
use crate::domain::activity::ReadKind;
use crate::domain::audit::AuditAction;
use crate::domain::export_document::{self, ExportedOriginal};
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::import_export::export::sink::ExportSink;
use crate::import_export::export::target::ExportTarget;
use crate::import_export::progress::forward_progress;
use crate::services::audit::AuditRecorder;
use crate::storage::hashing_io;
use crate::storage::media::{MediaStore, read_error};
use crate::storage::notebook::{NotebookDb, entries, export_rows as rows};

/// Result of an export.
#[derive(Debug, Serialize)]
pub struct ExportResult {
    /// Entries.
    pub entries: usize,
    /// Originals.
    pub originals: usize,
    /// Bytes of the originals.
    pub original_bytes: u64,
    /// Originals of uploads without an entry yet; they are not exported.
    pub waiting_uploads: u64,
    /// Originals that were skipped because they are damaged or missing.
    pub left_out: Vec<MissingOriginal>,
    /// True if it is one encrypted file.
    pub encrypted: bool,
    /// The folder or file.
    pub to: PathBuf,
}

/// Damaged or missing original.
#[derive(Debug, Clone, Serialize)]
pub struct MissingOriginal {
    /// Its entry.
    pub entry_id: EntryId,
    /// Label of its source.
    pub label: String,
}

/// Exports the caller's notebook from one snapshot: `journal.json`, its schema, `entries/DATE-ID.md` with front matter,
/// and the originals.
///
/// A folder export is plaintext with private files (0600). With recipients it is one tar inside an age file, and no
/// plaintext is written to disk. An interrupted export keeps its marker file or temporary name. The audit trail records
/// the export.
///
/// # Errors
/// `Conflict` if the target exists or cannot be written, and for a damaged original; `Invalid` for malformed
/// recipients; `Forbidden` for an API key with restricted access.
pub async fn export(ctx: &Ctx, wanted: ExportOptions, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<ExportResult> {
    let media = ctx.media(Scope::Export).await?;
    let (skip_damaged, to) = (wanted.skip_damaged, wanted.to.clone());
    let target = ExportTarget::validate(wanted)?;
    let encrypted = target.is_encrypted();
    let trail = AuditRecorder::from_ctx(ctx);
    let resource = format!("notebook:{}", ctx.notebook()?);
    ctx.write_accounts(Scope::Export, move |db| trail.record(db, AuditAction::DataExported, &resource)).await?;
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::Export, move |db| trail.data_exported(db)).await?;
    let (progress_sender, mut messages) = mpsc::unbounded_channel();
    let writing = ctx.with_notebook(Scope::Export, move |notebook| {
        target.write_with(&mut |sink| {
            notebook.read(|db| {
                let whole = NotebookExport { db, media: &media, progress: &progress_sender };
                whole.write(sink, skip_damaged)
            })
        })
    });
    let (summary, left_out) = forward_progress(writing, &mut messages, progress).await?;
    ctx.record_read(ReadKind::Export, summary.entries);
    Ok(ExportResult {
        entries: summary.entries,
        originals: summary.originals,
        original_bytes: summary.original_bytes,
        waiting_uploads: summary.waiting_uploads,
        left_out,
        encrypted,
        to,
    })
}

/// Counts of exported items.
#[derive(Default)]
struct ExportCounts {
    entries: usize,
    originals: usize,
    original_bytes: u64,
    waiting_uploads: u64,
}

/// Exports one notebook from a snapshot.
struct NotebookExport<'a> {
    db: &'a NotebookDb<'a>,
    media: &'a MediaStore,
    progress: &'a UnboundedSender<(u64, u64)>,
}

impl NotebookExport<'_> {
    fn write(&self, sink: &mut dyn ExportSink, skip_damaged: bool) -> Result<(ExportCounts, Vec<MissingOriginal>)> {
        let ids = entries::ids_by_date(self.db, &AccessFilter::default())?;
        let (mut done, total) = (0, ids.len() as u64 + rows::count_originals(self.db)?);
        let mut left_out = Vec::new();
        let damaged = if skip_damaged { self.find_damaged(&ids, &mut left_out)? } else { HashSet::new() };
        let mut summary =
            ExportCounts { waiting_uploads: rows::count_pending_uploads(self.db)?, ..ExportCounts::default() };
        sink.write_file(export_document::SCHEMA_FILE, document_writer::schema()?.as_bytes())?;
        // A tar header needs the file size first. Both passes read the same snapshot, so their output is identical.
        let mut length = document_writer::CountingWriter::default();
        document_writer::write_document(self.db, &ids, &damaged, &mut length)?;
        sink.begin_file(export_document::DOCUMENT_FILE, length.0)?;
        document_writer::write_document(self.db, &ids, &damaged, &mut document_writer::SinkWriter(sink))?;
        sink.finish_file()?;
        for &id in &ids {
            let Some(entry) = document_writer::load_entry(self.db, id, &damaged)? else { continue };
            let name = format!("{}/{}-{id}.md", export_document::ENTRIES_DIR, entry.entry_date);
            sink.write_file(&name, markdown::to_markdown(&entry).as_bytes())?;
            summary.entries += 1;
            done += 1;
            // The receiver is dropped if the command was cancelled.
            let _ = self.progress.send((done, total));
            for source in &entry.sources {
                let Some(original) = &source.original else { continue };
                self.write_original(sink, id, original, &source.sha256)?;
                summary.originals += 1;
                summary.original_bytes += original.bytes;
                done += 1;
                let _ = self.progress.send((done, total));
            }
        }
        Ok((summary, left_out))
    }

    fn write_original(
        &self,
        sink: &mut dyn ExportSink,
        entry: EntryId,
        original: &ExportedOriginal,
        sha256: &str,
    ) -> Result<()> {
        let name = format!("{}/{}", export_document::MEDIA_DIR, original.file_name());
        sink.begin_file(&name, original.bytes)?;
        self.read_original(entry, original, sha256, &mut |piece| sink.write_chunk(piece))?;
        sink.finish_file()
    }

    /// Passes every chunk of an original to `take`, then compares its size and hash.
    fn read_original(
        &self,
        entry: EntryId,
        original: &ExportedOriginal,
        sha256: &str,
        take: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let other = || damaged_original_error(entry, Error::conflict("the file does not match its stored hash"));
        let reader = self.media.reader(original.id).map_err(|error| damaged_original_error(entry, error))?;
        let mut bytes = 0;
        let unread = |error| damaged_original_error(entry, read_error(error));
        let sum = hashing_io::hash_blocks(reader, unread, |piece| {
            bytes += piece.len() as u64;
            if bytes > original.bytes { Err(other()) } else { take(piece) }
        })?;
        if sum.bytes == original.bytes && sum.sha256 == sha256 { Ok(()) } else { Err(other()) }
    }

    /// Reads every original and returns the ids of those that are damaged or missing.
    fn find_damaged(&self, ids: &[EntryId], left_out: &mut Vec<MissingOriginal>) -> Result<HashSet<Uuid>> {
        let mut damaged = HashSet::new();
        for &id in ids {
            let Some(entry) = rows::read_entry(self.db, id)? else { continue };
            for source in entry.sources {
                let Some(original) = source.original else { continue };
                if self.read_original(id, &original, &source.sha256, &mut |_| Ok(())).is_err() {
                    damaged.insert(original.id);
                    left_out.push(MissingOriginal { entry_id: id, label: source.label });
                }
            }
        }
        Ok(damaged)
    }
}

fn damaged_original_error(entry: EntryId, error: Error) -> Error {
    Error::conflict(format!("an original of entry {entry} is damaged or missing"))
        .hint("restore the media file from a backup, or pass --skip-damaged to skip it")
        .caused_by(error)
}
