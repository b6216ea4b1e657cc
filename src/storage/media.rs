//! Originals on disk: `media/<id>.age` beside a notebook, sealed before the first byte is written.
//!
//! A file lies under a hidden name, locked by its upload, until the rows that name it are about to be committed. So
//! whatever happens, a file is an upload's that still runs, or has its row, or is a stray that [`MediaStore::sweep`] takes
//! away: it holds the folder's lock while it decides, which uploads share while they begin and while they commit.

mod sealing;

use std::collections::HashSet;
use std::fs::File;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;

use rustix::fs::FlockOperation;
use rustix::fs::flock;
use rustix::io::Errno;
use uuid::Uuid;

use crate::crypto::media;
use crate::crypto::media::MediaIdentity;
use crate::error::Result;
use crate::storage::failure;
use crate::storage::files;

pub(crate) use sealing::Sealed;
pub(crate) use sealing::Sealing;

/// One notebook's originals.
#[derive(Clone)]
pub(crate) struct MediaStore {
    folder: PathBuf,
    identity: MediaIdentity,
}

impl MediaStore {
    pub(crate) fn new(folder: PathBuf, identity: MediaIdentity) -> Self {
        Self { folder, identity }
    }

    /// Begins an upload. Waits while another process sweeps.
    pub(crate) fn begin(&self, upload: Uuid) -> Result<Intake> {
        let _begun = lock(&self.folder, FlockOperation::LockShared)?;
        let path = lock_of(&self.folder, upload);
        let held = files::create_new(&path)?;
        flock(&held, FlockOperation::LockExclusive).map_err(|error| failure::io("locking", &path, error.into()))?;
        Ok(Intake { store: self.clone(), upload, sealed: Mutex::default(), _held: held })
    }

    /// Opens an original. What it gives is authentic as far as it goes; an error instead of the end says that it was damaged.
    pub(crate) fn reader(&self, id: Uuid) -> Result<impl Read + Send + use<>> {
        self.open(id, &path_of(&self.folder, id))
    }

    fn open(&self, id: Uuid, path: &Path) -> Result<impl Read + Send + use<>> {
        files::check_file(path)?;
        let file = File::open(path).map_err(|error| failure::io("opening", path, error))?;
        self.identity.open(id, BufReader::new(file))
    }

    /// Tells whether the sealed file is the one that was stored.
    #[cfg(test)]
    pub(crate) fn is_intact(&self, id: Uuid, hash: &[u8]) -> bool {
        use sha2::Digest;

        let sealed = std::fs::read(path_of(&self.folder, id)).unwrap();
        sha2::Sha256::digest(sealed).as_slice() == hash
    }
}

/// Removes originals whose rows are gone; missing ones are fine.
pub(crate) fn remove(folder: &Path, ids: &[Uuid]) -> Result<()> {
    for &id in ids {
        remove_file(&path_of(folder, id))?;
    }
    Ok(())
}

/// Removes what uploads left that did not come to an end, and sealed files that `known` does not name. Returns how many
/// files there were, or `None` while an upload is just being committed.
///
/// `known` is asked once nothing can be committed any more.
pub(crate) fn sweep(folder: &Path, known: impl FnOnce() -> Result<HashSet<Uuid>>) -> Result<Option<usize>> {
    let place = File::open(folder).map_err(|error| failure::io("opening", folder, error))?;
    match flock(&place, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => return Ok(None),
        Err(error) => return Err(failure::io("locking", folder, error.into())),
    }
    let known = known()?;
    let items = std::fs::read_dir(folder).map_err(|error| failure::io("reading", folder, error))?;
    let mut removed = 0;
    for item in items {
        let item = item.map_err(|error| failure::io("reading", folder, error))?;
        let Ok(name) = item.file_name().into_string() else { continue };
        let stray = match (name.strip_suffix(".age"), name.strip_prefix('.')) {
            (Some(id), _) => id.parse::<Uuid>().is_ok_and(|id| !known.contains(&id)),
            (None, Some(rest)) => match rest.split('.').next().map(Uuid::parse_str) {
                Some(Ok(upload)) => !is_held(&lock_of(folder, upload))?,
                _ => false,
            },
            (None, None) => false,
        };
        if stray {
            remove_file(&item.path())?;
            removed += 1;
        }
    }
    Ok(Some(removed))
}

/// Tells whether there is nothing in a folder of originals.
pub(crate) fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut items| items.next().is_none())
}

/// An upload that is coming in. Dropped, it leaves nothing but what was placed and kept.
pub(crate) struct Intake {
    store: MediaStore,
    upload: Uuid,
    sealed: Mutex<Vec<Uuid>>,
    /// Locked as long as the upload lives, so that nobody takes its files for strays.
    _held: File,
}

impl Intake {
    /// Begins a file of the upload.
    pub(crate) fn file(&self, id: Uuid) -> Result<Sealing> {
        self.sealed.lock().unwrap_or_else(PoisonError::into_inner).push(id);
        Sealing::begin(&self.store.identity, id, &self.hidden(id))
    }

    /// Opens a file of the upload that was finished.
    pub(crate) fn reader(&self, id: Uuid) -> Result<impl Read + Send + use<>> {
        self.store.open(id, &self.hidden(id))
    }

    /// Gives every file the name under which rows know it. The rows are to be committed before the result is kept.
    pub(crate) fn place(&self) -> Result<Placed<'_>> {
        let turn = lock(&self.store.folder, FlockOperation::LockShared)?;
        let mut placed = Placed { folder: &self.store.folder, ids: Vec::new(), _turn: turn };
        for &id in self.sealed.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let path = path_of(&self.store.folder, id);
            std::fs::rename(self.hidden(id), &path).map_err(|error| failure::io("placing", &path, error))?;
            placed.ids.push(id);
        }
        files::sync_parent(&path_of(&self.store.folder, self.upload))?;
        Ok(placed)
    }

    fn hidden(&self, id: Uuid) -> PathBuf {
        self.store.folder.join(format!(".{}.{id}.new", self.upload))
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        let hidden: Vec<PathBuf> =
            self.sealed.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|&id| self.hidden(id)).collect();
        for path in hidden.into_iter().chain([lock_of(&self.store.folder, self.upload)]) {
            if let Err(error) = remove_file(&path) {
                tracing::warn!("a file of an upload is left to the next sweep: {error:?}");
            }
        }
    }
}

/// Files that have their names; they lose them again unless they are kept.
pub(crate) struct Placed<'i> {
    folder: &'i Path,
    ids: Vec<Uuid>,
    /// Keeps a sweep from looking between the files and their rows.
    _turn: File,
}

impl Placed<'_> {
    /// Says that the rows are committed.
    pub(crate) fn keep(mut self) {
        self.ids.clear();
    }
}

impl Drop for Placed<'_> {
    fn drop(&mut self) {
        if let Err(error) = remove(self.folder, &self.ids) {
            tracing::warn!("a file of an upload is left to the next sweep: {error:?}");
        }
    }
}

fn lock(folder: &Path, how: FlockOperation) -> Result<File> {
    let place = File::open(folder).map_err(|error| failure::io("opening", folder, error))?;
    flock(&place, how).map_err(|error| failure::io("locking", folder, error.into()))?;
    Ok(place)
}

/// Tells whether somebody holds the lock that a file stands for; one that is not there is held by nobody.
fn is_held(path: &Path) -> Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failure::io("opening", path, error)),
    };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(false),
        Err(Errno::WOULDBLOCK) => Ok(true),
        Err(error) => Err(failure::io("locking", path, error.into())),
    }
}

fn remove_file(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failure::io("removing", path, error)),
        _ => Ok(()),
    }
}

/// Returns where an original lies in a folder of originals.
pub(crate) fn path_of(folder: &Path, id: Uuid) -> PathBuf {
    folder.join(format!("{id}.age"))
}

fn lock_of(folder: &Path, upload: Uuid) -> PathBuf {
    folder.join(format!(".{upload}.lock"))
}

/// Turns what went wrong while an original was read into what its owner is told.
pub(crate) fn unreadable(error: std::io::Error) -> crate::error::Error {
    media::damaged().caused_by(error)
}

#[cfg(test)]
mod tests;
