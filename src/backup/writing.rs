//! The archive: a tar inside an age file, checked while it is written for not being readable.

use std::fs::File;
use std::io;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Read;
use std::io::Write;
use std::path::Path;

use memchr::memmem::Finder;

use crate::backup::meter::Meter;
use crate::crypto::archive;
use crate::crypto::archive::Recipient;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::storage::failure;
use crate::storage::files;
use crate::storage::hashed::Hashed;
use crate::storage::hashed::Sum;

/// Bytes handed to the disk at once.
const PIECE: usize = 256 * 1024;

/// What a part of the archive is made of.
pub(super) enum Content<'a> {
    Bytes(&'a [u8]),
    File(&'a Path),
}

/// The parts of an archive in their order, by name, and when they were made, in seconds since 1970.
pub(super) struct Parts<'a> {
    pub(super) parts: Vec<(&'a str, Content<'a>)>,
    pub(super) at: u64,
}

/// Writes an archive to a new private file, durable once this returns.
///
/// `plain` are bytes that are in the archive and must not be found in the file.
///
/// # Errors
/// `Internal` when the file turns out to be readable, or its recipients are not the ones that were given; what was written
/// has to be removed then, as after any other error.
pub(super) fn write(
    path: &Path,
    recipients: &[Recipient],
    parts: &Parts<'_>,
    plain: &[&[u8]],
    meter: &Meter<'_>,
) -> Result<Sum> {
    let unwritable = |error| failure::io("writing", path, error);
    let file = BufWriter::with_capacity(PIECE, files::create_new(path)?);
    let (sealed, header) = archive::seal(recipients, Watched::new(Hashed::new(file), plain))?;
    let sealed = pack(sealed, parts, meter).map_err(unwritable)?;
    let watched = sealed.finish().map_err(unwritable)?;
    let readable = watched.found;
    let (file, sum) = watched.inner.finish();
    let file = file.into_inner().map_err(|error| unwritable(error.into_error()))?;
    file.sync_all().map_err(unwritable)?;
    if readable {
        return Err(unsealed("what was written can be read without a key"));
    }
    let mut written = BufReader::new(File::open(path).map_err(|error| failure::io("opening", path, error))?);
    if !header.heads(&mut written).map_err(|error| failure::io("reading", path, error))? {
        return Err(unsealed("its recipients are not the ones that were given"));
    }
    Ok(sum)
}

fn unsealed(why: &str) -> Error {
    Error::new(Kind::Internal, format!("the archive was not encrypted as it should be: {why}"))
        .hint("nothing of it was kept; this is a defect, please report it")
}

/// Packs the parts one after the other.
fn pack<W: Write>(to: W, parts: &Parts<'_>, meter: &Meter<'_>) -> io::Result<W> {
    let mut tar = tar::Builder::new(to);
    for (name, content) in &parts.parts {
        match content {
            Content::Bytes(bytes) => {
                tar.append_data(&mut header(bytes.len() as u64, parts.at), name, *bytes)?;
            }
            Content::File(path) => {
                let file = File::open(path)?;
                let mut header = header(file.metadata()?.len(), parts.at);
                let counted = Counted { inner: file, meter };
                tar.append_data(&mut header, name, BufReader::with_capacity(PIECE, counted))?;
            }
        }
    }
    tar.into_inner()
}

/// Says of every part the same: its owner's alone, and whose that is does not matter.
fn header(bytes: u64, at: u64) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(at);
    header
}

struct Counted<'a, R> {
    inner: R,
    meter: &'a Meter<'a>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.meter.add(count as u64);
        Ok(count)
    }
}

/// A writer that looks for bytes in what goes through it, also where one piece ends and the next begins.
struct Watched<'a, W> {
    inner: W,
    wanted: Vec<Finder<'a>>,
    /// Length of the longest less one: what has to be kept of what went before.
    border: usize,
    tail: Vec<u8>,
    found: bool,
}

impl<'a, W: Write> Watched<'a, W> {
    fn new(inner: W, wanted: &'a [&'a [u8]]) -> Self {
        let border = wanted.iter().map(|bytes| bytes.len()).max().unwrap_or(1).saturating_sub(1);
        Self { inner, wanted: wanted.iter().map(Finder::new).collect(), border, tail: Vec::new(), found: false }
    }

    fn look(&mut self, bytes: &[u8]) {
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

impl<W: Write> Write for Watched<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.look(&bytes[..count]);
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

    fn parts() -> Parts<'static> {
        Parts { parts: vec![("keys.json", Content::Bytes(b"{\"root\":\"3f2a9c\"}"))], at: 1_800_000_000 }
    }

    #[test]
    fn an_archive_that_is_not_encrypted_is_found_out() {
        let packed = pack(Watched::new(Vec::new(), &PLAIN), &parts(), &Meter::new(0, &|_, _| {})).unwrap();

        assert!(packed.found);
    }

    #[test]
    fn an_encrypted_one_is_not() {
        let key = age::x25519::Identity::generate().to_public().to_string();
        let recipients = [Recipient::parse(&key).unwrap()];
        let (sealed, _) = archive::seal(&recipients, Watched::new(Vec::new(), &PLAIN)).unwrap();

        let sealed = pack(sealed, &parts(), &Meter::new(0, &|_, _| {})).unwrap();

        assert!(!sealed.finish().unwrap().found);
    }

    #[test]
    fn what_is_looked_for_is_found_across_every_border() {
        let text = b"..........ustar\x0000..........";
        for size in 1..text.len() {
            let mut watched = Watched::new(Vec::new(), &PLAIN);
            for piece in text.chunks(size) {
                watched.write_all(piece).unwrap();
            }
            assert!(watched.found, "pieces of {size}");
        }
    }
}
