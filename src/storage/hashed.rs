//! Files by their SHA-256: hashed while they are written or read, never read twice for it.

use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Write;
use std::path::Path;

use sha2::Digest;
use sha2::Sha256;

use crate::error::Error;
use crate::error::Result;
use crate::storage::failure;
use crate::storage::files;

/// Bytes that are read at once.
const PIECE: usize = 256 * 1024;

/// Size and hash of what went through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sum {
    /// Bytes.
    pub(crate) bytes: u64,
    /// SHA-256, hex.
    pub(crate) sha256: String,
}

/// A writer or reader that hashes what goes through it.
pub(crate) struct Hashed<T> {
    inner: T,
    hash: Sha256,
    bytes: u64,
}

impl<T> Hashed<T> {
    pub(crate) fn new(inner: T) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// Returns what is inside, and the sum of what went through.
    pub(crate) fn finish(self) -> (T, Sum) {
        let sha256 = data_encoding::HEXLOWER.encode(&self.hash.finalize());
        (self.inner, Sum { bytes: self.bytes, sha256 })
    }

    fn take(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.take(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.take(&buffer[..count]);
        Ok(count)
    }
}

/// Hands a stream to a closure piece by piece, to its end. `unread` says what it means that it cannot be read.
///
/// # Errors
/// What the two closures return.
pub(crate) fn pieces(
    mut from: impl Read,
    unread: impl Fn(io::Error) -> Error,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        match from.read(&mut piece).map_err(&unread)? {
            0 => return Ok(()),
            count => take(&piece[..count])?,
        }
    }
}

/// Does what [`pieces`] does, and returns size and hash of it all.
///
/// # Errors
/// As [`pieces`].
pub(crate) fn each(
    from: impl Read,
    unread: impl Fn(io::Error) -> Error,
    take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<Sum> {
    let mut hashed = Hashed::new(from);
    pieces(&mut hashed, unread, take)?;
    Ok(hashed.finish().1)
}

/// Reads a file to its end; `seen` is told the bytes of each piece.
pub(crate) fn of(path: &Path, seen: &dyn Fn(u64)) -> Result<Sum> {
    let file = File::open(path).map_err(|error| failure::io("opening", path, error))?;
    let unread = |error| failure::io("reading", path, error);
    each(file, unread, |piece| {
        seen(piece.len() as u64);
        Ok(())
    })
}

/// Copies an open file to a new private one, durable once this returns; `seen` is told the bytes of each piece.
///
/// # Errors
/// `Conflict` saying which of the two could not be read or written; the new file may be there in part.
pub(crate) fn copy(from: File, source: &Path, to: &Path, seen: &dyn Fn(u64)) -> Result<Sum> {
    let mut target = files::create_new(to)?;
    let unwritten = |error| failure::io("writing", to, error);
    let unread = |error| failure::io("reading", source, error);
    let sum = each(from, unread, |piece| {
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
    fn a_copy_has_the_sum_of_its_source() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        std::fs::write(&one, "abc").unwrap();

        let copied = copy(File::open(&one).unwrap(), &one, &other, &|_| {}).unwrap();

        assert_eq!(copied, Sum { bytes: 3, sha256: ABC.to_owned() });
        assert_eq!(of(&other, &|_| {}).unwrap(), copied);
    }
}
