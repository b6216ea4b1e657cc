//! Where an export is read from: a folder, or one file that an identity opens.

use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::BufReader;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;

use rustix::fs::OFlags;
use uuid::Uuid;

use crate::crypto::archive::Identities;
use crate::error::Error;
use crate::error::Result;
use crate::model::portable::DOCUMENT;
use crate::model::portable::MEDIA;
use crate::model::portable::Original;
use crate::port::journal::From;
use crate::storage::failure;

/// Bytes of an identity file.
const MAX_IDENTITY: u64 = 1 << 20;

/// Takes what is read, in this order: the document, then originals.
pub(super) trait Reading {
    /// Takes the document.
    fn document(&mut self, from: &mut dyn Read) -> Result<()>;

    /// Returns the originals that the document speaks of.
    fn wanted(&self) -> Vec<Original>;

    /// Takes an original; one that the document does not speak of is passed over.
    fn original(&mut self, id: Uuid, from: &mut dyn Read) -> Result<()>;
}

/// Where an export is.
pub(super) enum Place {
    Folder(PathBuf),
    Archive(PathBuf, Identities),
}

impl Place {
    /// Looks what is there, and reads the identities.
    pub(super) fn find(from: &From) -> Result<Self> {
        let path = &from.path;
        let facts = std::fs::metadata(path).map_err(|error| failure::io("opening", path, error))?;
        if facts.is_dir() {
            return Ok(Self::Folder(path.clone()));
        }
        if !facts.is_file() {
            return Err(Error::invalid(format!("{} is neither a folder nor a file", path.display()))
                .hint("name the folder or file that `journal export` wrote"));
        }
        if path.file_name().is_some_and(|name| name == DOCUMENT) {
            return Err(Error::invalid("that is the document of an export alone").hint("name the folder that it is in"));
        }
        let mut identities = Identities::default();
        for file in &from.identities {
            identities.add(&identity(file)?, from.passphrase.as_ref())?;
        }
        match (&from.passphrase, from.identities.is_empty()) {
            (Some(passphrase), true) => identities.add_passphrase(passphrase),
            (None, true) => {
                return Err(Error::invalid(format!("{} is one file, so it is encrypted", path.display()))
                    .hint("pass -i with the identity that opens it, or --passphrase-file"));
            }
            _ => {}
        }
        Ok(Self::Archive(path.clone(), identities))
    }

    /// Returns how many bytes there are to read, for a bar.
    pub(super) fn bytes(&self) -> u64 {
        let length = |path: &Path| std::fs::metadata(path).map_or(0, |facts| facts.len());
        match self {
            Self::Archive(path, _) => length(path),
            Self::Folder(root) => {
                let media = std::fs::read_dir(root.join(MEDIA)).into_iter().flatten().flatten();
                let media: u64 = media.filter_map(|item| item.metadata().ok()).map(|facts| facts.len()).sum();
                length(&root.join(DOCUMENT)) + media
            }
        }
    }

    /// Reads everything; `tell` is told how many bytes were read.
    pub(super) fn read(&self, to: &mut dyn Reading, tell: &mut dyn FnMut(u64)) -> Result<()> {
        let mut done = 0;
        let mut tell = |count: usize| {
            done += count as u64;
            tell(done);
        };
        match self {
            Self::Folder(root) => {
                let document = open(&root.join(DOCUMENT)).map_err(|error| {
                    Error::invalid(format!("{} holds no whole export", root.display()))
                        .hint(format!("name the folder that `journal export` wrote; it holds {DOCUMENT}"))
                        .caused_by(error)
                })?;
                to.document(&mut Told { from: BufReader::new(document), tell: &mut tell })?;
                for original in to.wanted() {
                    let name = original.file_name();
                    let file = open(&root.join(MEDIA).join(&name)).map_err(|error| {
                        Error::conflict(format!("the original {name} is missing"))
                            .hint("take a whole copy of the export; nothing was changed")
                            .caused_by(error)
                    })?;
                    to.original(original.id, &mut Told { from: file, tell: &mut tell })?;
                }
                Ok(())
            }
            Self::Archive(path, identities) => {
                let file = open(path)?;
                let sealed = Told { from: BufReader::with_capacity(128 * 1024, file), tell: &mut tell };
                archive(identities.open(sealed)?, to)
            }
        }
    }
}

fn archive(opened: impl Read, to: &mut dyn Reading) -> Result<()> {
    let mut tar = tar::Archive::new(opened);
    let mut seen = false;
    for item in tar.entries().map_err(cut)? {
        let mut item = item.map_err(cut)?;
        let name = item.path().map_err(cut)?.to_string_lossy().into_owned();
        if !item.header().entry_type().is_file() {
            return Err(Error::invalid("the archive holds something that is no file")
                .hint("name an archive that `journal export` wrote"));
        }
        if name == DOCUMENT {
            to.document(&mut item)?;
            seen = true;
        } else if let Some(id) = media_id(&name).filter(|_| seen) {
            to.original(id, &mut item)?;
        }
    }
    // The end is authentic only when it was read.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(cut)?;
    if seen {
        return Ok(());
    }
    Err(Error::invalid("the archive holds no export of a journal").hint("name an archive that `journal export` wrote"))
}

/// Reads the id of an original out of its name; what else the name says does not matter.
fn media_id(name: &str) -> Option<Uuid> {
    let file = name.strip_prefix(MEDIA)?.strip_prefix('/')?;
    file.split_once('.')?.0.parse().ok()
}

fn cut(error: io::Error) -> Error {
    Error::conflict("the archive is damaged or was cut short").hint("take another copy of it").caused_by(error)
}

/// Opens a plain file, never through a link.
fn open(path: &Path) -> Result<File> {
    let file = OpenOptions::new().read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path);
    let file = file.map_err(|error| failure::io("opening", path, error))?;
    let facts = file.metadata().map_err(|error| failure::io("opening", path, error))?;
    if facts.is_file() {
        return Ok(file);
    }
    Err(Error::conflict(format!("{} is no plain file", path.display())).hint("take another copy of the export"))
}

fn identity(path: &Path) -> Result<zeroize::Zeroizing<String>> {
    let failed = |error| failure::io("reading", path, error);
    let mut text = zeroize::Zeroizing::new(String::new());
    File::open(path).map_err(failed)?.take(MAX_IDENTITY).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Tells how much of a file was read.
struct Told<'t, R> {
    from: R,
    tell: &'t mut dyn FnMut(usize),
}

impl<R: Read> Read for Told<'_, R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(to)?;
        (self.tell)(count);
        Ok(count)
    }
}
