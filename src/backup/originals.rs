//! Originals beside the archives: copied once as they lie in the data directory, sealed.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use uuid::Uuid;

use crate::backup::folder;
use crate::backup::folder::Folder;
use crate::backup::meter::Meter;
use crate::error::Error;
use crate::error::Result;
use crate::model::backup;
use crate::model::backup::Original;
use crate::model::id::NotebookId;
use crate::storage::failure;
use crate::storage::files;
use crate::storage::hashed;
use crate::storage::media::path_of;

/// Threads that copy: one hashes while another waits for the disk.
const COPYING: usize = 2;

/// What earlier backups in a folder say of the originals there.
pub(super) struct Known(HashMap<Uuid, (NotebookId, String)>);

impl Known {
    /// Reads every description, one after the other.
    pub(super) fn read(folder: &Folder) -> Result<Self> {
        let mut known = HashMap::new();
        for archive in folder::archives(folder.path())? {
            let Some(description) = folder::described(folder.path(), &archive.name) else { continue };
            let originals = description.originals.into_iter();
            known.extend(originals.map(|original| (original.id, (original.notebook, original.sha256))));
        }
        Ok(Self(known))
    }
}

/// Counts of one run.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct Tally {
    /// Originals that were copied.
    pub copied: usize,
    /// Their bytes.
    pub copied_bytes: u64,
    /// Originals that were there already.
    pub present: usize,
}

/// A notebook's originals on their way.
pub(super) struct Copying<'a> {
    pub(super) notebook: NotebookId,
    /// Where they lie.
    pub(super) source: PathBuf,
    /// The folder of backups.
    pub(super) folder: &'a Folder,
    pub(super) known: &'a Known,
    pub(super) meter: &'a Meter<'a>,
}

/// What became of them.
pub(super) enum Copied {
    /// All are there.
    All(Vec<Original>),
    /// One is gone since the rows were read: the notebook was changed.
    Gone(Uuid),
}

/// What became of one.
enum Outcome {
    Copied(u64),
    Present(u64),
    Gone,
}

impl Copying<'_> {
    /// Copies the originals of these rows that are not there yet.
    ///
    /// # Errors
    /// `Conflict` naming an original that is not the one that was stored, and where the disk refuses.
    pub(super) fn run(&self, rows: &[(Uuid, Vec<u8>)], tally: &mut Tally) -> Result<Copied> {
        if rows.is_empty() {
            return Ok(Copied::All(Vec::new()));
        }
        let target = self.folder.path().join(backup::MEDIA).join(self.notebook.to_string());
        files::make_folder(&target)?;
        sweep(&target)?;
        let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(rows.len())));
        let work = || -> Result<Option<Uuid>> {
            while let Some((id, hash)) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                let sha256 = data_encoding::HEXLOWER.encode(hash);
                let outcome =
                    self.one(*id, &sha256, &target).inspect_err(|_| next.store(rows.len(), Ordering::Relaxed))?;
                let (bytes, copied) = match outcome {
                    Outcome::Copied(bytes) => (bytes, true),
                    Outcome::Present(bytes) => (bytes, false),
                    Outcome::Gone => {
                        next.store(rows.len(), Ordering::Relaxed);
                        return Ok(Some(*id));
                    }
                };
                let original = Original { notebook: self.notebook, id: *id, bytes, sha256 };
                done.lock().unwrap_or_else(PoisonError::into_inner).push((original, copied));
            }
            Ok(None)
        };
        let ended = std::thread::scope(|scope| {
            let workers = [(); COPYING].map(|()| scope.spawn(work));
            workers.map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        if done.iter().any(|(_, copied)| *copied) {
            files::sync_folder(&target)?;
            files::sync_parent(&target)?;
            files::sync_folder(self.folder.path())?;
        }
        let mut gone = None;
        for worker in ended {
            gone = worker?.or(gone);
        }
        for (original, copied) in &done {
            tally.copied += usize::from(*copied);
            tally.present += usize::from(!*copied);
            tally.copied_bytes += if *copied { original.bytes } else { 0 };
        }
        done.sort_unstable_by_key(|(original, _)| original.id);
        Ok(match gone {
            None => Copied::All(done.into_iter().map(|(original, _)| original).collect()),
            Some(id) => Copied::Gone(id),
        })
    }

    fn one(&self, id: Uuid, sha256: &str, target: &Path) -> Result<Outcome> {
        let source = path_of(&self.source, id);
        let file = match files::check_file(&source)
            .and_then(|()| File::open(&source).map_err(|error| failure::io("opening", &source, error)))
        {
            Err(error) if error.kind() == crate::error::Kind::NotFound => return Ok(Outcome::Gone),
            other => other?,
        };
        let bytes = file.metadata().map_err(|error| failure::io("reading", &source, error))?.len();
        let copy = path_of(target, id);
        if self.is_there(id, sha256, bytes, &copy)? {
            return Ok(Outcome::Present(bytes));
        }
        let hidden = target.join(format!(".{id}.new"));
        files::remove(&hidden)?;
        let copied = hashed::copy(file, &source, &hidden, &|bytes| self.meter.add(bytes));
        // A part of a file is of no use, least of all on a disk that is full.
        let sum = copied.inspect_err(|_| drop(files::remove(&hidden)))?;
        if sum.sha256 != sha256 {
            files::remove(&hidden)?;
            return Err(Error::conflict(format!(
                "the original {id} of the notebook {} is not the one that was stored",
                self.notebook
            ))
            .hint("its file is damaged: put it back from an older backup, or delete its entry"));
        }
        files::rename(&hidden, &copy)?;
        Ok(Outcome::Copied(sum.bytes))
    }

    /// Tells whether the folder has an original already: one that a description names is taken at its size, since its hash
    /// was compared when it was copied; of any other every byte is read.
    fn is_there(&self, id: Uuid, sha256: &str, bytes: u64, copy: &Path) -> Result<bool> {
        let there = match std::fs::symlink_metadata(copy) {
            Ok(facts) => facts.is_file() && facts.len() == bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
            Err(error) => return Err(failure::io("opening", copy, error)),
        };
        match self.known.0.get(&id) {
            // Copied over, older backups would name what is no longer there.
            Some((notebook, known)) if *notebook == self.notebook && known != sha256 => Err(Error::conflict(format!(
                "the original {id} is not the one that earlier backups in this folder hold"
            ))
            .hint("back up to a new folder, so that the earlier ones stay whole")),
            Some(_) => Ok(there),
            None => Ok(there && hashed::of(copy, &|_| {})?.sha256 == sha256),
        }
    }
}

/// Removes what copies left that did not come to an end.
fn sweep(target: &Path) -> Result<()> {
    for item in std::fs::read_dir(target).map_err(|error| failure::io("reading", target, error))? {
        let item = item.map_err(|error| failure::io("reading", target, error))?;
        if item.file_name().to_str().is_some_and(|name| name.starts_with('.') && name.strip_suffix(".new").is_some()) {
            files::remove(&item.path())?;
        }
    }
    Ok(())
}
