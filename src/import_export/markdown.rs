//! Markdown import: a folder of Markdown and plain text notes with their photographs and recordings.

mod links;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::app::context::Ctx;
use crate::domain::text;
use crate::error::{Error, Result};
use crate::import_export::batch_importer::{self, BatchImporter, EntryAttachment, ImportedEntry};
use crate::import_export::report::{ImportReport, SkippedAttachment};
use crate::services::ingest::{self, ChangePolicy, DateHints, InputFile, folder, uploads};
use crate::storage::{hashing_io, io_error};

/// Maximum length of a source label in code points; longer paths are truncated.
const MAX_LABEL: usize = 255;

/// Imports every note below a folder as one entry.
///
/// The entry date comes from the front matter (`date`, then `created`), the text or the file name, and otherwise from
/// the file's modification time. Linked files inside the folder (`![](a.jpg)`, `![[a.jpg]]`) become originals of the
/// entry; they are not sent to a provider. A note with known content is skipped.
///
/// # Errors
/// `NotFound` or `Invalid` if it is not a folder or has no notes. Errors of single notes are in the report.
pub async fn import(
    ctx: &Ctx,
    root: &Path,
    options: (bool, ChangePolicy),
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<ImportReport> {
    let facts = std::fs::metadata(root).map_err(|error| io_error::for_path("opening", root, error))?;
    if !facts.is_dir() {
        return Err(Error::invalid(format!("{} is not a folder", root.display()))
            .hint("name the folder of the notes; `journal ingest FILE` adds a single file"));
    }
    let root = root.canonicalize().map_err(|error| io_error::for_path("opening", root, error))?;
    batch_importer::import_entries(ctx, options, progress, move |taking| {
        MarkdownImporter::scan(root).import_all(taking)
    })
    .await
}

/// Folder of notes to import.
struct MarkdownImporter {
    /// Canonical path.
    root: PathBuf,
    texts: Vec<PathBuf>,
    /// Photographs and recordings by file name, for links without a folder.
    media: BTreeMap<String, Vec<PathBuf>>,
    linked_media: BTreeSet<PathBuf>,
    scan_errors: Vec<(PathBuf, Error)>,
    skipped: usize,
}

impl MarkdownImporter {
    fn scan(root: PathBuf) -> Self {
        let found = folder::scan(&root);
        let (media, texts): (Vec<_>, Vec<_>) =
            found.files.into_iter().partition(|path| uploads::media_type_of(path).is_some());
        let mut by_name: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for path in media {
            by_name.entry(file_name(&path)).or_default().push(path);
        }
        Self {
            root,
            texts,
            media: by_name,
            linked_media: BTreeSet::new(),
            scan_errors: found.errors,
            skipped: found.skipped,
        }
    }

    fn import_all(mut self, taking: &mut BatchImporter<'_>) -> Result<()> {
        let notes = std::mem::take(&mut self.texts);
        if notes.is_empty() && self.scan_errors.is_empty() {
            return Err(Error::invalid("there are no .md or .txt files in the folder").hint("name another folder"));
        }
        for (path, error) in std::mem::take(&mut self.scan_errors) {
            taking.reject(self.relative_name(&path), &error);
        }
        let total = notes.len() as u64;
        for (path, done) in notes.into_iter().zip(1..) {
            let name = self.relative_name(&path);
            match self.read_note(taking.ctx, &path, &name) {
                Ok(found) => taking.add_entry(found)?,
                Err(error) => taking.reject(name, &error),
            }
            taking.report_progress(done, total);
        }
        let media: usize = self.media.values().map(Vec::len).sum();
        taking.report.skipped = self.skipped + media.saturating_sub(self.linked_media.len());
        Ok(())
    }

    fn read_note(&mut self, ctx: &Ctx, path: &Path, name: &str) -> Result<ImportedEntry> {
        let path = self.resolve_inside(path).ok_or_else(|| {
            Error::invalid("the symbolic link points outside the folder").hint("copy the file into the folder")
        })?;
        let unreadable = |error| Error::invalid("it cannot be read").hint("check its permissions").caused_by(error);
        let mut file = File::open(&path).map_err(unreadable)?;
        let facts = file.metadata().map_err(unreadable)?;
        if !facts.is_file() {
            return Err(Error::invalid("it is not a regular file").hint("replace it by a regular file"));
        }
        ingest::check_size(facts.len())?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        let incoming =
            InputFile { modified: facts.modified().ok(), ..InputFile::on_disk(Path::new(name), &path, bytes) };
        let hints = DateHints { explicit: None, fallback: None };
        let (mut draft, dated) = ingest::draft_from_dated_file(ctx, &incoming, hints)?;
        for file in &mut draft.files {
            file.label = text::preview(&format!("import:{name}"), MAX_LABEL);
        }
        let (mut attachments, mut missing) = (Vec::new(), Vec::new());
        let mut taken = BTreeSet::new();
        for link in links::embedded_targets(&draft.body) {
            let Some((kind, _)) = uploads::media_type_of(Path::new(&link)) else { continue };
            match self.resolve_link(&path, &link) {
                Some(target) if taken.insert(target.clone()) => {
                    self.linked_media.insert(target.clone());
                    attachments.push(EntryAttachment {
                        name: file_name(&target),
                        kind,
                        read_chunks: chunk_reader(target),
                        md5: None,
                    });
                }
                Some(_) => {}
                None => {
                    let message = "the file does not exist inside the folder".to_owned();
                    missing.push(SkippedAttachment { name: name.to_owned(), file: link, message });
                }
            }
        }
        Ok(ImportedEntry {
            name: name.to_owned(),
            draft,
            is_dated: !dated.guessed,
            note: dated.note,
            attachments,
            missing,
        })
    }

    /// Resolves a link: relative to the note, relative to the root folder, or by file name anywhere in it.
    fn resolve_link(&self, note: &Path, link: &str) -> Option<PathBuf> {
        let relative = note.parent().map(|folder| folder.join(link));
        let candidates = relative.into_iter().chain([self.root.join(link.trim_start_matches('/'))]);
        let by_name = self.media.get(link).into_iter().flatten().cloned();
        candidates.chain(by_name).find_map(|path| self.resolve_inside(&path).filter(|path| path.is_file()))
    }

    /// Returns the canonical path if it is inside the root folder.
    fn resolve_inside(&self, path: &Path) -> Option<PathBuf> {
        path.canonicalize().ok().filter(|path| path.starts_with(&self.root))
    }

    fn relative_name(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned()
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn chunk_reader(path: PathBuf) -> batch_importer::ChunkReader {
    Box::new(move |take| {
        let unreadable = |error| Error::invalid("it cannot be read").caused_by(error);
        hashing_io::for_each_block(File::open(&path).map_err(unreadable)?, unreadable, take)
    })
}
