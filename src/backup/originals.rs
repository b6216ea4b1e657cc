//! Copies originals, sealed as they are, from the data directory to the backup repository; each is copied once.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use uuid::Uuid;

use crate::backup::progress::ProgressCounter;
use crate::backup::repository::{self, BackupRepository};
use crate::domain::backup::{self, BackupOriginal};
use crate::domain::id::NotebookId;
use crate::error::{Error, Result};
use crate::storage::media::original_path;
use crate::storage::{files, hashing_io, io_error};

/// Number of copy threads: one hashes while another waits for the disk.
const COPY_THREADS: usize = 2;

/// Hashes of originals listed in the descriptions of earlier backups.
pub(super) struct KnownOriginals(HashMap<Uuid, (NotebookId, String)>);

impl KnownOriginals {
    /// Reads all descriptions of the repository.
    pub(super) fn read(folder: &BackupRepository) -> Result<Self> {
        let mut known = HashMap::new();
        for archive in repository::archives(folder.path())? {
            let Some(description) = repository::read_description(folder.path(), &archive.name) else { continue };
            let originals = description.originals.into_iter();
            known.extend(originals.map(|original| (original.id, (original.notebook, original.sha256))));
        }
        Ok(Self(known))
    }
}

/// Counts of copied originals of one run.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct OriginalCopyCounts {
    /// Originals that were copied.
    pub copied: usize,
    /// Their bytes.
    pub copied_bytes: u64,
    /// Originals that the repository already had.
    pub present: usize,
}

/// Copies the originals of one notebook.
pub(super) struct OriginalsCopier<'a> {
    pub(super) notebook: NotebookId,
    /// Source folder.
    pub(super) source: PathBuf,
    /// Target repository.
    pub(super) folder: &'a BackupRepository,
    pub(super) known: &'a KnownOriginals,
    pub(super) meter: &'a ProgressCounter<'a>,
}

/// Result of copying a notebook's originals.
pub(super) enum OriginalsCopyResult {
    /// All are in the repository.
    All(Vec<BackupOriginal>),
    /// One was deleted after the rows were read: the notebook changed.
    Missing(Uuid),
}

/// Result of copying one original.
enum OriginalCopyOutcome {
    Copied(u64),
    Present(u64),
    Missing,
}

impl OriginalsCopier<'_> {
    /// Copies the originals of `rows` (id, SHA-256) that the repository does not have.
    ///
    /// # Errors
    /// `Conflict` naming an original whose hash differs; I/O errors.
    pub(super) fn run(&self, rows: &[(Uuid, Vec<u8>)], tally: &mut OriginalCopyCounts) -> Result<OriginalsCopyResult> {
        if rows.is_empty() {
            return Ok(OriginalsCopyResult::All(Vec::new()));
        }
        let target = self.folder.path().join(backup::MEDIA_DIR).join(self.notebook.to_string());
        files::create_private_dir(&target)?;
        remove_partial_copies(&target)?;
        let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(rows.len())));
        let work = || -> Result<Option<Uuid>> {
            while let Some((id, hash)) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                let sha256 = data_encoding::HEXLOWER.encode(hash);
                let outcome = self
                    .copy_original(*id, &sha256, &target)
                    .inspect_err(|_| next.store(rows.len(), Ordering::Relaxed))?;
                let (bytes, copied) = match outcome {
                    OriginalCopyOutcome::Copied(bytes) => (bytes, true),
                    OriginalCopyOutcome::Present(bytes) => (bytes, false),
                    OriginalCopyOutcome::Missing => {
                        next.store(rows.len(), Ordering::Relaxed);
                        return Ok(Some(*id));
                    }
                };
                let original = BackupOriginal { notebook: self.notebook, id: *id, bytes, sha256 };
                done.lock().push((original, copied));
            }
            Ok(None)
        };
        let results = std::thread::scope(|scope| {
            let workers = [(); COPY_THREADS].map(|()| scope.spawn(work));
            workers.map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let mut done = done.into_inner();
        if done.iter().any(|(_, copied)| *copied) {
            files::sync_dir(&target)?;
            files::sync_parent(&target)?;
            files::sync_dir(self.folder.path())?;
        }
        let mut missing = None;
        for result in results {
            missing = result?.or(missing);
        }
        for (original, copied) in &done {
            tally.copied += usize::from(*copied);
            tally.present += usize::from(!*copied);
            tally.copied_bytes += if *copied { original.bytes } else { 0 };
        }
        done.sort_unstable_by_key(|(original, _)| original.id);
        Ok(match missing {
            None => OriginalsCopyResult::All(done.into_iter().map(|(original, _)| original).collect()),
            Some(id) => OriginalsCopyResult::Missing(id),
        })
    }

    fn copy_original(&self, id: Uuid, sha256: &str, target: &Path) -> Result<OriginalCopyOutcome> {
        let source = original_path(&self.source, id);
        let file = match files::check_private_file(&source)
            .and_then(|()| File::open(&source).map_err(|error| io_error::for_path("opening", &source, error)))
        {
            Err(error) if error.kind() == crate::error::ErrorKind::NotFound => return Ok(OriginalCopyOutcome::Missing),
            other => other?,
        };
        let bytes = file.metadata().map_err(|error| io_error::for_path("reading", &source, error))?.len();
        let copy = original_path(target, id);
        if self.is_present(id, sha256, bytes, &copy)? {
            return Ok(OriginalCopyOutcome::Present(bytes));
        }
        let hidden = target.join(format!(".{id}.new"));
        files::remove_if_exists(&hidden)?;
        let copied = hashing_io::copy_and_hash(file, &source, &hidden, &|bytes| self.meter.add(bytes));
        // A partial copy is removed at once: the disk may be full.
        let sum = copied.inspect_err(|_| drop(files::remove_if_exists(&hidden)))?;
        if sum.sha256 != sha256 {
            files::remove_if_exists(&hidden)?;
            return Err(Error::conflict(format!(
                "the original {id} of the notebook {} does not match its stored hash",
                self.notebook
            ))
            .hint("its file is damaged: restore it from an older backup, or delete its entry"));
        }
        files::rename(&hidden, &copy)?;
        Ok(OriginalCopyOutcome::Copied(sum.bytes))
    }

    /// Returns true if the repository has the original. For an original listed in a description only the size is
    /// compared, since its hash was checked when it was copied; otherwise the file is hashed.
    fn is_present(&self, id: Uuid, sha256: &str, bytes: u64, copy: &Path) -> Result<bool> {
        let there = match std::fs::symlink_metadata(copy) {
            Ok(facts) => facts.is_file() && facts.len() == bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
            Err(error) => return Err(io_error::for_path("opening", copy, error)),
        };
        match self.known.0.get(&id) {
            // Overwriting it would break the earlier backups that reference it.
            Some((notebook, known)) if *notebook == self.notebook && known != sha256 => Err(Error::conflict(format!(
                "the original {id} differs from the one of earlier backups in this folder"
            ))
            .hint("back up to a new folder, so that the earlier backups stay intact")),
            Some(_) => Ok(there),
            None => Ok(there && hashing_io::hash_file(copy, &|_| {})?.sha256 == sha256),
        }
    }
}

/// Removes partial copies of interrupted runs.
fn remove_partial_copies(target: &Path) -> Result<()> {
    for item in std::fs::read_dir(target).map_err(|error| io_error::for_path("reading", target, error))? {
        let item = item.map_err(|error| io_error::for_path("reading", target, error))?;
        if item.file_name().to_str().is_some_and(|name| name.starts_with('.') && name.strip_suffix(".new").is_some()) {
            files::remove_if_exists(&item.path())?;
        }
    }
    Ok(())
}
