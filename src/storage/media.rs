//! Sealed originals: `media/<id>.age` in a notebook's folder, encrypted before the first byte is written.
//!
//! A file has a temporary name, locked by its upload, until the rows that refer to it are about to be committed. Thus
//! every file belongs to a running upload, has its row, or is a stray that [`remove_strays`] removes. `sweep` holds the
//! folder lock exclusively; uploads share it while they begin and while they commit.

mod sealing;

pub(crate) use sealing::{SealedFile, SealingWriter};

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use uuid::Uuid;

use crate::crypto::media::{self, MediaIdentity};
use crate::error::Result;
use crate::storage::{files, io_error};

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

    /// Begins an upload; waits while another process removes strays.
    pub(crate) fn begin_upload(&self, upload: Uuid) -> Result<PendingUpload> {
        let _begun = flock_folder(&self.folder, FlockOperation::LockShared)?;
        let path = upload_lock_path(&self.folder, upload);
        let held = files::create_new(&path)?;
        flock(&held, FlockOperation::LockExclusive)
            .map_err(|error| io_error::for_path("locking", &path, error.into()))?;
        Ok(PendingUpload { store: self.clone(), upload, sealed: Mutex::default(), _lock: held })
    }

    /// Opens an original. All bytes read are authentic; a damaged file yields an error before its end.
    pub(crate) fn reader(&self, id: Uuid) -> Result<impl Read + Send + use<>> {
        self.open(id, &original_path(&self.folder, id))
    }

    fn open(&self, id: Uuid, path: &Path) -> Result<impl Read + Send + use<>> {
        files::check_private_file(path)?;
        let file = File::open(path).map_err(|error| io_error::for_path("opening", path, error))?;
        self.identity.open(id, BufReader::new(file))
    }

    /// Returns true if the sealed file has the stored hash.
    #[cfg(test)]
    pub(crate) fn is_intact(&self, id: Uuid, hash: &[u8]) -> bool {
        use sha2::Digest;

        let sealed = std::fs::read(original_path(&self.folder, id)).unwrap();
        sha2::Sha256::digest(sealed).as_slice() == hash
    }
}

/// Removes originals without rows; missing ones are no error.
pub(crate) fn remove_originals(folder: &Path, ids: &[Uuid]) -> Result<()> {
    for &id in ids {
        files::remove_if_exists(&original_path(folder, id))?;
    }
    Ok(())
}

/// Removes files of abandoned uploads and originals that `known` does not contain.
///
/// Returns the number of removed files, or `None` while an upload is being committed.
///
/// `known` runs under the exclusive lock, so no commit can happen after it.
pub(crate) fn remove_strays(folder: &Path, known: impl FnOnce() -> Result<HashSet<Uuid>>) -> Result<Option<usize>> {
    let place = File::open(folder).map_err(|error| io_error::for_path("opening", folder, error))?;
    match flock(&place, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => return Ok(None),
        Err(error) => return Err(io_error::for_path("locking", folder, error.into())),
    }
    let known = known()?;
    let items = std::fs::read_dir(folder).map_err(|error| io_error::for_path("reading", folder, error))?;
    let mut removed = 0;
    for item in items {
        let item = item.map_err(|error| io_error::for_path("reading", folder, error))?;
        let Ok(name) = item.file_name().into_string() else { continue };
        let stray = match (name.strip_suffix(".age"), name.strip_prefix('.')) {
            (Some(id), _) => id.parse::<Uuid>().is_ok_and(|id| !known.contains(&id)),
            (None, Some(rest)) => match rest.split('.').next().map(Uuid::parse_str) {
                Some(Ok(upload)) => !is_locked(&upload_lock_path(folder, upload))?,
                _ => false,
            },
            (None, None) => false,
        };
        if stray {
            files::remove_if_exists(&item.path())?;
            removed += 1;
        }
    }
    Ok(Some(removed))
}

/// Returns true if a folder of originals is empty.
pub(crate) fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut items| items.next().is_none())
}

/// An upload in progress; drop removes its files unless they were placed and kept.
pub(crate) struct PendingUpload {
    store: MediaStore,
    upload: Uuid,
    sealed: Mutex<Vec<Uuid>>,
    /// Lock that protects the files from removal as strays.
    _lock: File,
}

impl PendingUpload {
    /// Creates a file of the upload.
    pub(crate) fn begin_file(&self, id: Uuid) -> Result<SealingWriter> {
        self.sealed.lock().push(id);
        SealingWriter::begin(&self.store.identity, id, &self.temporary_path(id))
    }

    /// Opens a finished file of the upload.
    pub(crate) fn reader(&self, id: Uuid) -> Result<impl Read + Send + use<>> {
        self.store.open(id, &self.temporary_path(id))
    }

    /// Renames every file to its final name. The caller commits the rows and then calls [`PlacedFiles::keep`].
    pub(crate) fn publish(&self) -> Result<PlacedFiles<'_>> {
        let turn = flock_folder(&self.store.folder, FlockOperation::LockShared)?;
        let mut placed = PlacedFiles { folder: &self.store.folder, ids: Vec::new(), _lock: turn };
        for &id in self.sealed.lock().iter() {
            let path = original_path(&self.store.folder, id);
            std::fs::rename(self.temporary_path(id), &path)
                .map_err(|error| io_error::for_path("renaming to", &path, error))?;
            placed.ids.push(id);
        }
        files::sync_parent(&original_path(&self.store.folder, self.upload))?;
        Ok(placed)
    }

    fn temporary_path(&self, id: Uuid) -> PathBuf {
        self.store.folder.join(format!(".{}.{id}.new", self.upload))
    }
}

impl Drop for PendingUpload {
    fn drop(&mut self) {
        let hidden: Vec<PathBuf> = self.sealed.lock().iter().map(|&id| self.temporary_path(id)).collect();
        for path in hidden.into_iter().chain([upload_lock_path(&self.store.folder, self.upload)]) {
            if let Err(error) = files::remove_if_exists(&path) {
                tracing::warn!("a file of an upload could not be removed and is left to the next cleanup: {error:?}");
            }
        }
    }
}

/// Files under their final names; drop removes them unless they are kept.
pub(crate) struct PlacedFiles<'i> {
    folder: &'i Path,
    ids: Vec<Uuid>,
    /// Shared folder lock that blocks stray removal until the rows are committed.
    _lock: File,
}

impl PlacedFiles<'_> {
    /// Keeps the files; to be called once the rows are committed.
    pub(crate) fn keep(mut self) {
        self.ids.clear();
    }
}

impl Drop for PlacedFiles<'_> {
    fn drop(&mut self) {
        if let Err(error) = remove_originals(self.folder, &self.ids) {
            tracing::warn!("a file of an upload could not be removed and is left to the next cleanup: {error:?}");
        }
    }
}

fn flock_folder(folder: &Path, how: FlockOperation) -> Result<File> {
    let place = File::open(folder).map_err(|error| io_error::for_path("opening", folder, error))?;
    flock(&place, how).map_err(|error| io_error::for_path("locking", folder, error.into()))?;
    Ok(place)
}

/// Returns true if a lock file is locked; false if it does not exist.
fn is_locked(path: &Path) -> Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(io_error::for_path("opening", path, error)),
    };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(false),
        Err(Errno::WOULDBLOCK) => Ok(true),
        Err(error) => Err(io_error::for_path("locking", path, error.into())),
    }
}

/// Returns the path of an original in its folder.
pub(crate) fn original_path(folder: &Path, id: Uuid) -> PathBuf {
    folder.join(format!("{id}.age"))
}

fn upload_lock_path(folder: &Path, upload: Uuid) -> PathBuf {
    folder.join(format!(".{upload}.lock"))
}

/// Maps a read error of an original to the error for its owner.
pub(crate) fn read_error(error: std::io::Error) -> crate::error::Error {
    media::damaged_media_error().caused_by(error)
}

#[cfg(test)]
mod tests;
