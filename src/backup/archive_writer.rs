//! Archive writer: a tar stream inside an age file, scanned for plaintext while it is written.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use memchr::memmem::Finder;

use crate::backup::progress::ProgressCounter;
use crate::crypto::age_archive::{self, ArchiveRecipient};
use crate::error::{Error, ErrorKind, Result};
use crate::storage::hashing_io::{FileDigest, HashingIo};
use crate::storage::{files, io_error};

/// Write buffer size in bytes.
const WRITE_BUFFER_BYTES: usize = 256 * 1024;

/// Content of an archive part.
pub(super) enum PartContent<'a> {
    Bytes(&'a [u8]),
    File(&'a Path),
}

/// Parts of an archive in order, by name; `at` is their modification time in seconds since the Unix epoch.
pub(super) struct ArchiveParts<'a> {
    pub(super) parts: Vec<(&'a str, PartContent<'a>)>,
    pub(super) at: u64,
}

/// Writes an archive to a new private file and syncs it to disk.
///
/// `plain` are byte strings of the plaintext that must not appear in the file.
///
/// # Errors
/// `Internal` if plaintext appears in the file or its age header differs. After any error the caller removes the file.
pub(super) fn write_archive(
    path: &Path,
    recipients: &[ArchiveRecipient],
    parts: &ArchiveParts<'_>,
    plain: &[&[u8]],
    meter: &ProgressCounter<'_>,
) -> Result<FileDigest> {
    let unwritable = |error| io_error::for_path("writing", path, error);
    let file = BufWriter::with_capacity(WRITE_BUFFER_BYTES, files::create_new(path)?);
    let (sealed, header) = age_archive::seal(recipients, PlaintextDetector::new(HashingIo::new(file), plain))?;
    let sealed = write_tar(sealed, parts, meter).map_err(unwritable)?;
    let watched = sealed.finish().map_err(unwritable)?;
    let readable = watched.found;
    let (file, sum) = watched.inner.finish();
    let file = file.into_inner().map_err(|error| unwritable(error.into_error()))?;
    file.sync_all().map_err(unwritable)?;
    if readable {
        return Err(not_encrypted_error("the file contains plaintext"));
    }
    let mut written = BufReader::new(File::open(path).map_err(|error| io_error::for_path("opening", path, error))?);
    if !header.matches(&mut written).map_err(|error| io_error::for_path("reading", path, error))? {
        return Err(not_encrypted_error("the file is not encrypted to the given recipients"));
    }
    Ok(sum)
}

fn not_encrypted_error(why: &str) -> Error {
    Error::new(ErrorKind::Internal, format!("the archive is not encrypted correctly: {why}"))
        .hint("the file was removed; this is a bug, please report it")
}

/// Writes the parts as a tar stream.
fn write_tar<W: Write>(to: W, parts: &ArchiveParts<'_>, meter: &ProgressCounter<'_>) -> io::Result<W> {
    let mut tar = tar::Builder::new(to);
    for (name, content) in &parts.parts {
        match content {
            PartContent::Bytes(bytes) => {
                tar.append_data(&mut tar_header(bytes.len() as u64, parts.at), name, *bytes)?;
            }
            PartContent::File(path) => {
                let file = File::open(path)?;
                let mut header = tar_header(file.metadata()?.len(), parts.at);
                let counted = CountingReader { inner: file, meter };
                tar.append_data(&mut header, name, BufReader::with_capacity(WRITE_BUFFER_BYTES, counted))?;
            }
        }
    }
    tar.into_inner()
}

/// Builds the tar header of a part: mode 0600, no owner.
fn tar_header(bytes: u64, at: u64) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(at);
    header
}

struct CountingReader<'a, R> {
    inner: R,
    meter: &'a ProgressCounter<'a>,
}

impl<R: Read> Read for CountingReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.meter.add(count as u64);
        Ok(count)
    }
}

/// Writer that searches its data for byte strings, also across write boundaries.
struct PlaintextDetector<'a, W> {
    inner: W,
    wanted: Vec<Finder<'a>>,
    /// Bytes of earlier writes to keep: length of the longest byte string minus one.
    border: usize,
    tail: Vec<u8>,
    found: bool,
}

impl<'a, W: Write> PlaintextDetector<'a, W> {
    fn new(inner: W, wanted: &'a [&'a [u8]]) -> Self {
        let border = wanted.iter().map(|bytes| bytes.len()).max().unwrap_or(1).saturating_sub(1);
        Self { inner, wanted: wanted.iter().map(Finder::new).collect(), border, tail: Vec::new(), found: false }
    }

    fn scan(&mut self, bytes: &[u8]) {
        let holds = |bytes: &[u8]| self.wanted.iter().any(|wanted| wanted.find(bytes).is_some());
        self.tail.extend_from_slice(&bytes[..bytes.len().min(self.border)]);
        self.found |= holds(&self.tail) || holds(bytes);
        if bytes.len() >= self.border {
            self.tail.clear();
            self.tail.extend_from_slice(&bytes[bytes.len() - self.border..]);
        } else {
            self.tail.drain(..self.tail.len().saturating_sub(self.border));
        }
    }
}

impl<W: Write> Write for PlaintextDetector<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.scan(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: [&[u8]; 3] = [b"ustar\x0000", b"\"manifest.json\"", b"3f2a9c"];

    fn parts() -> ArchiveParts<'static> {
        ArchiveParts { parts: vec![("keys.json", PartContent::Bytes(b"{\"root\":\"3f2a9c\"}"))], at: 1_800_000_000 }
    }

    #[test]
    fn plaintext_in_an_unencrypted_archive_is_detected() {
        let packed =
            write_tar(PlaintextDetector::new(Vec::new(), &PLAIN), &parts(), &ProgressCounter::new(0, &|_, _| {}))
                .unwrap();

        assert!(packed.found);
    }

    #[test]
    fn an_encrypted_archive_contains_no_plaintext() {
        let key = age::x25519::Identity::generate().to_public().to_string();
        let recipients = [ArchiveRecipient::parse(&key).unwrap()];
        let (sealed, _) = age_archive::seal(&recipients, PlaintextDetector::new(Vec::new(), &PLAIN)).unwrap();

        let sealed = write_tar(sealed, &parts(), &ProgressCounter::new(0, &|_, _| {})).unwrap();

        assert!(!sealed.finish().unwrap().found);
    }

    #[test]
    fn plaintext_is_detected_across_write_boundaries() {
        let text = b"..........ustar\x0000..........";
        for size in 1..text.len() {
            let mut watched = PlaintextDetector::new(Vec::new(), &PLAIN);
            for piece in text.chunks(size) {
                watched.write_all(piece).unwrap();
            }
            assert!(watched.found, "pieces of {size}");
        }
    }
}
