//! One file on its way to the disk: pushed piece by piece, sealed and hashed as it goes.

use std::fs::File;
use std::io;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;

use age::stream::StreamWriter;
use sha2::Digest;
use sha2::Sha256;
use uuid::Uuid;

use crate::crypto::media::MediaIdentity;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::storage::files;

/// A file that was sealed and is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) plain_bytes: u64,
    /// SHA-256 of the bytes as they came in.
    pub(crate) plain_hash: [u8; 32],
    /// SHA-256 of the sealed file.
    pub(crate) hash: [u8; 32],
}

/// A file that is being sealed.
pub(crate) struct Sealing {
    stream: StreamWriter<Hashing<BufWriter<File>>>,
    plain_bytes: u64,
    plain_hash: Sha256,
}

impl Sealing {
    pub(super) fn begin(identity: &MediaIdentity, id: Uuid, path: &Path) -> Result<Self> {
        let file = files::create_new(path)?;
        let hashing = Hashing { inner: BufWriter::new(file), hash: Sha256::new() };
        let stream = identity.seal(id, hashing).map_err(unwritable)?;
        Ok(Self { stream, plain_bytes: 0, plain_hash: Sha256::new() })
    }

    /// Seals the next piece.
    pub(crate) fn write(&mut self, piece: &[u8]) -> Result<()> {
        self.plain_hash.update(piece);
        self.plain_bytes += piece.len() as u64;
        self.stream.write_all(piece).map_err(unwritable)
    }

    /// Ends the file, durable once this returns.
    pub(crate) fn finish(self) -> Result<Sealed> {
        let Hashing { inner, hash } = self.stream.finish().map_err(unwritable)?;
        let file = inner.into_inner().map_err(|error| unwritable(error.into_error()))?;
        file.sync_all().map_err(unwritable)?;
        Ok(Sealed {
            plain_bytes: self.plain_bytes,
            plain_hash: self.plain_hash.finalize().into(),
            hash: hash.finalize().into(),
        })
    }
}

/// Says why a file could not be written, without its path: whoever uploads it does not know the server's folders.
fn unwritable(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::new(Kind::Conflict, "the disk is full")
            .hint("free some space and send it again; nothing stored was lost"),
        _ => Error::internal("sealing media", error),
    }
}

struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
