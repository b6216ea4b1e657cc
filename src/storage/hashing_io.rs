//! SHA-256 of files, computed while they are written or read, without a second pass.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::storage::{files, io_error};

/// Read size in bytes.
const BLOCK_BYTES: usize = 256 * 1024;

/// Size and hash of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileDigest {
    /// Bytes.
    pub(crate) bytes: u64,
    /// SHA-256, hex.
    pub(crate) sha256: String,
}

/// Reader or writer adapter that hashes the bytes passing through.
pub(crate) struct HashingIo<T> {
    inner: T,
    hash: Sha256,
    bytes: u64,
}

impl<T> HashingIo<T> {
    pub(crate) fn new(inner: T) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// Returns the inner stream and the digest of its bytes.
    pub(crate) fn finish(self) -> (T, FileDigest) {
        let sha256 = data_encoding::HEXLOWER.encode(&self.hash.finalize());
        (self.inner, FileDigest { bytes: self.bytes, sha256 })
    }

    fn update(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
    }
}

impl<W: Write> Write for HashingIo<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for HashingIo<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.update(&buffer[..count]);
        Ok(count)
    }
}

/// Calls a closure with each block of a stream until its end; `unread` maps a read error.
///
/// # Errors
/// Errors of the two closures.
pub(crate) fn for_each_block(
    mut from: impl Read,
    unread: impl Fn(io::Error) -> Error,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut piece = vec![0; BLOCK_BYTES];
    loop {
        match from.read(&mut piece).map_err(&unread)? {
            0 => return Ok(()),
            count => take(&piece[..count])?,
        }
    }
}

/// Runs [`for_each_block`] and returns the size and hash of the stream.
///
/// # Errors
/// As [`for_each_block`].
pub(crate) fn hash_blocks(
    from: impl Read,
    unread: impl Fn(io::Error) -> Error,
    take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<FileDigest> {
    let mut hashed = HashingIo::new(from);
    for_each_block(&mut hashed, unread, take)?;
    Ok(hashed.finish().1)
}

/// Hashes a file; `seen` gets the size of each block in bytes.
pub(crate) fn hash_file(path: &Path, seen: &dyn Fn(u64)) -> Result<FileDigest> {
    let file = File::open(path).map_err(|error| io_error::for_path("opening", path, error))?;
    let unread = |error| io_error::for_path("reading", path, error);
    hash_blocks(file, unread, |piece| {
        seen(piece.len() as u64);
        Ok(())
    })
}

/// Copies an open file to a new private one, durable on return; `seen` gets the size of each block in bytes.
///
/// # Errors
/// `Conflict` naming the file that could not be read or written; a partial new file may remain.
pub(crate) fn copy_and_hash(from: File, source: &Path, to: &Path, seen: &dyn Fn(u64)) -> Result<FileDigest> {
    let mut target = files::create_new(to)?;
    let unwritten = |error| io_error::for_path("writing", to, error);
    let unread = |error| io_error::for_path("reading", source, error);
    let sum = hash_blocks(from, unread, |piece| {
        target.write_all(piece).map_err(unwritten)?;
        seen(piece.len() as u64);
        Ok(())
    })?;
    target.sync_all().map_err(unwritten)?;
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-2, appendix B.1.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn copy_returns_the_digest_of_its_source() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        std::fs::write(&one, "abc").unwrap();

        let copied = copy_and_hash(File::open(&one).unwrap(), &one, &other, &|_| {}).unwrap();

        assert_eq!(copied, FileDigest { bytes: 3, sha256: ABC.to_owned() });
        assert_eq!(hash_file(&other, &|_| {}).unwrap(), copied);
    }
}
