//! Streaming writer of a sealed original, hashed on the way.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use age::stream::StreamWriter;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::crypto::media::MediaIdentity;
use crate::error::{Error, ErrorKind, Result};
use crate::storage::files;

/// Sizes and hashes of a finished, durable file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealedFile {
    pub(crate) plain_bytes: u64,
    /// SHA-256 of the plaintext.
    pub(crate) plain_hash: [u8; 32],
    /// SHA-256 of the sealed file.
    pub(crate) hash: [u8; 32],
}

/// A file being sealed.
pub(crate) struct SealingWriter {
    stream: StreamWriter<HashingFileWriter<BufWriter<File>>>,
    plain_bytes: u64,
    plain_hash: Sha256,
}

impl SealingWriter {
    pub(super) fn begin(identity: &MediaIdentity, id: Uuid, path: &Path) -> Result<Self> {
        let file = files::create_new(path)?;
        let hashing = HashingFileWriter { inner: BufWriter::new(file), hash: Sha256::new() };
        let stream = identity.seal(id, hashing).map_err(write_error)?;
        Ok(Self { stream, plain_bytes: 0, plain_hash: Sha256::new() })
    }

    /// Encrypts and writes the next piece.
    pub(crate) fn write(&mut self, piece: &[u8]) -> Result<()> {
        self.plain_hash.update(piece);
        self.plain_bytes += piece.len() as u64;
        self.stream.write_all(piece).map_err(write_error)
    }

    /// Finishes the file, durable on return.
    pub(crate) fn finish(self) -> Result<SealedFile> {
        let HashingFileWriter { inner, hash } = self.stream.finish().map_err(write_error)?;
        let file = inner.into_inner().map_err(|error| write_error(error.into_error()))?;
        file.sync_all().map_err(write_error)?;
        Ok(SealedFile {
            plain_bytes: self.plain_bytes,
            plain_hash: self.plain_hash.finalize().into(),
            hash: hash.finalize().into(),
        })
    }
}

/// Maps a write error without the path: the uploading client must not learn the server's folders.
fn write_error(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Error::new(ErrorKind::Conflict, "the disk is full")
                .hint("free some space and send it again; nothing stored was lost")
        }
        _ => Error::internal("sealing media", error),
    }
}

struct HashingFileWriter<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Write for HashingFileWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
