//! Originals on disk: `media/<id>.age` beside a notebook, sealed before the first byte is written.

use std::fs::File;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use sha2::Digest;
use sha2::Sha256;
use uuid::Uuid;

use crate::crypto::media::MediaIdentity;
use crate::error::Result;
use crate::storage::failure;
use crate::storage::files;

/// A file that was sealed and is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) plain_bytes: u64,
    /// SHA-256 of the sealed file.
    pub(crate) hash: [u8; 32],
}

/// One notebook's originals.
pub(crate) struct MediaStore {
    folder: PathBuf,
    identity: MediaIdentity,
}

impl MediaStore {
    pub(crate) fn new(folder: PathBuf, identity: MediaIdentity) -> Self {
        Self { folder, identity }
    }

    /// Seals a stream under a new id; durable, or not there at all, whenever the process ends.
    pub(crate) fn put(&self, id: Uuid, content: impl Read) -> Result<Sealed> {
        let path = self.path(id);
        let temporary = self.folder.join(format!(".{id}.new"));
        let file = files::create_new(&temporary)?;
        let sealed = self.seal_into(id, content, file, &temporary).and_then(|sealed| {
            std::fs::rename(&temporary, &path).map_err(|error| failure::io("placing", &path, error))?;
            files::sync_parent(&path)?;
            Ok(sealed)
        });
        if sealed.is_err() {
            let _ = std::fs::remove_file(&temporary);
        }
        sealed
    }

    fn seal_into(&self, id: Uuid, content: impl Read, file: File, path: &Path) -> Result<Sealed> {
        let mut hashing = Hashing { inner: BufWriter::new(file), hash: Sha256::new() };
        let plain_bytes = self.identity.seal(id, content, &mut hashing)?;
        let hash = hashing.hash.finalize().into();
        let file = hashing.inner.into_inner().map_err(|error| failure::io("writing", path, error.into_error()))?;
        file.sync_all().map_err(|error| failure::io("writing", path, error))?;
        Ok(Sealed { plain_bytes, hash })
    }

    /// Opens an original into a writer; see [`MediaIdentity::open`] for what the writer may hold before an error.
    pub(crate) fn get(&self, id: Uuid, to: impl Write) -> Result<u64> {
        let path = self.path(id);
        files::check_file(&path)?;
        let file = File::open(&path).map_err(|error| failure::io("opening", &path, error))?;
        self.identity.open(id, BufReader::new(file), to)
    }

    /// Removes an original; a missing one is fine.
    pub(crate) fn remove(&self, id: Uuid) -> Result<()> {
        remove(&self.folder, id)
    }

    /// Tells whether the sealed file is the one that was stored.
    pub(crate) fn is_intact(&self, id: Uuid, hash: &[u8]) -> Result<bool> {
        let path = self.path(id);
        let mut file = File::open(&path).map_err(|error| failure::io("opening", &path, error))?;
        let mut digest = Sha256::new();
        let mut piece = vec![0; 64 * 1024];
        loop {
            match file.read(&mut piece).map_err(|error| failure::io("reading", &path, error))? {
                0 => return Ok(digest.finalize().as_slice() == hash),
                count => digest.update(&piece[..count]),
            }
        }
    }

    fn path(&self, id: Uuid) -> PathBuf {
        path_in(&self.folder, id)
    }
}

/// Removes an original from a notebook's folder of them; a missing one is fine.
pub(crate) fn remove(folder: &Path, id: Uuid) -> Result<()> {
    let path = path_in(folder, id);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failure::io("removing", &path, error)),
        _ => Ok(()),
    }
}

fn path_in(folder: &Path, id: Uuid) -> PathBuf {
    folder.join(format!("{id}.age"))
}

struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, MediaStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = MediaStore::new(folder.path().to_owned(), MediaIdentity::draw());
        (folder, store)
    }

    #[test]
    fn what_is_put_comes_back_and_lies_on_disk_sealed() {
        let (folder, store) = store();
        let (id, picture) = (Uuid::from_u128(7), b"the quick brown photograph".repeat(10_000));

        let sealed = store.put(id, picture.as_slice()).unwrap();
        let mut back = Vec::new();
        store.get(id, &mut back).unwrap();

        assert_eq!(back, picture);
        assert_eq!(sealed.plain_bytes, picture.len() as u64);
        assert!(store.is_intact(id, &sealed.hash).unwrap());
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|item| item.unwrap().path()).collect();
        assert_eq!(names.len(), 1);
        let on_disk = std::fs::read(&names[0]).unwrap();
        assert!(!on_disk.windows(9).any(|window| window == b"brown pho"));
    }

    #[test]
    fn two_files_that_were_swapped_are_both_refused() {
        let (folder, store) = store();
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = store.put(one, &b"one"[..]).unwrap();
        store.put(two, &b"two"[..]).unwrap();
        let path = |id: Uuid| folder.path().join(format!("{id}.age"));

        std::fs::rename(path(one), folder.path().join("aside")).unwrap();
        std::fs::rename(path(two), path(one)).unwrap();
        std::fs::rename(folder.path().join("aside"), path(two)).unwrap();

        assert!(store.get(one, Vec::new()).is_err() && store.get(two, Vec::new()).is_err());
        assert!(!store.is_intact(one, &sealed.hash).unwrap());
    }

    #[test]
    fn a_stream_that_breaks_off_leaves_no_file() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("the phone went away"))
            }
        }
        let (folder, store) = store();

        store.put(Uuid::from_u128(3), Broken).unwrap_err();

        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        store.remove(Uuid::from_u128(3)).unwrap();
    }
}
