//! Source of a native import: a folder, or one encrypted archive.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use uuid::Uuid;

use crate::crypto::age_archive::ArchiveIdentities;
use crate::domain::export_document::{DOCUMENT_FILE, ExportedOriginal, MEDIA_DIR};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::storage::io_error;

/// Maximum size of an identity file in bytes.
const MAX_IDENTITY: u64 = 1 << 20;

/// Path of an export and the credentials to decrypt it.
#[derive(Debug, Default)]
pub struct NativeImportArgs {
    /// The folder or file that `journal export` wrote.
    pub path: PathBuf,
    /// Identity files.
    pub identities: Vec<PathBuf>,
    /// Passphrase of the export or of the identity files.
    pub passphrase: Option<Secret<String>>,
}

/// Receives the content of an export: first the document, then originals.
pub(super) trait ExportVisitor {
    /// Reads the document.
    fn document(&mut self, from: &mut dyn Read) -> Result<()>;

    /// Returns the originals that the document references and that were not read yet.
    fn pending_originals(&self) -> Vec<ExportedOriginal>;

    /// Reads an original; ignores one that the document does not reference.
    fn original(&mut self, id: Uuid, from: &mut dyn Read) -> Result<()>;
}

/// Location of an export.
pub(super) enum ExportSource {
    Folder(PathBuf),
    Archive(PathBuf, ArchiveIdentities),
}

impl ExportSource {
    /// Detects folder or archive and reads the identity files.
    pub(super) fn locate(from: &NativeImportArgs) -> Result<Self> {
        let path = &from.path;
        let facts = std::fs::metadata(path).map_err(|error| io_error::for_path("opening", path, error))?;
        if facts.is_dir() {
            return Ok(Self::Folder(path.clone()));
        }
        if !facts.is_file() {
            return Err(Error::invalid(format!("{} is neither a folder nor a file", path.display()))
                .hint("name the folder or file that `journal export` wrote"));
        }
        if path.file_name().is_some_and(|name| name == DOCUMENT_FILE) {
            return Err(Error::invalid("this is only the document of an export").hint("name the folder it is in"));
        }
        let mut identities = ArchiveIdentities::default();
        for file in &from.identities {
            identities.add(&read_identity_file(file)?, from.passphrase.as_ref())?;
        }
        match (&from.passphrase, from.identities.is_empty()) {
            (Some(passphrase), true) => identities.add_passphrase(passphrase),
            (None, true) => {
                return Err(Error::invalid(format!("{} is an encrypted archive", path.display()))
                    .hint("pass -i FILE with an identity to decrypt it, or --passphrase-file FILE"));
            }
            _ => {}
        }
        Ok(Self::Archive(path.clone(), identities))
    }

    /// Returns the total bytes to read, for progress.
    pub(super) fn total_bytes(&self) -> u64 {
        let length = |path: &Path| std::fs::metadata(path).map_or(0, |facts| facts.len());
        match self {
            Self::Archive(path, _) => length(path),
            Self::Folder(root) => {
                let media = std::fs::read_dir(root.join(MEDIA_DIR)).into_iter().flatten().flatten();
                let media: u64 = media.filter_map(|item| item.metadata().ok()).map(|facts| facts.len()).sum();
                length(&root.join(DOCUMENT_FILE)) + media
            }
        }
    }

    /// Reads the whole export; the callback gets the bytes read so far.
    pub(super) fn read(&self, to: &mut dyn ExportVisitor, tell: &mut dyn FnMut(u64)) -> Result<()> {
        let mut done = 0;
        let mut tell = |count: usize| {
            done += count as u64;
            tell(done);
        };
        match self {
            Self::Folder(root) => {
                let document = open_regular_file(&root.join(DOCUMENT_FILE)).map_err(|error| {
                    Error::invalid(format!("{} does not contain a complete export", root.display()))
                        .hint(format!("name the folder that `journal export` wrote; it contains {DOCUMENT_FILE}"))
                        .caused_by(error)
                })?;
                to.document(&mut ProgressReader { from: BufReader::new(document), on_read: &mut tell })?;
                for original in to.pending_originals() {
                    let name = original.file_name();
                    let file = open_regular_file(&root.join(MEDIA_DIR).join(&name)).map_err(|error| {
                        Error::conflict(format!("the original {name} is missing"))
                            .hint("use a complete copy of the export; nothing was changed")
                            .caused_by(error)
                    })?;
                    to.original(original.id, &mut ProgressReader { from: file, on_read: &mut tell })?;
                }
                Ok(())
            }
            Self::Archive(path, identities) => {
                let file = open_regular_file(path)?;
                let sealed = ProgressReader { from: BufReader::with_capacity(128 * 1024, file), on_read: &mut tell };
                read_archive(identities.open(sealed)?, to)
            }
        }
    }
}

fn read_archive(opened: impl Read, to: &mut dyn ExportVisitor) -> Result<()> {
    let mut tar = tar::Archive::new(opened);
    let mut seen = false;
    for item in tar.entries().map_err(damaged_archive_error)? {
        let mut item = item.map_err(damaged_archive_error)?;
        let name = item.path().map_err(damaged_archive_error)?.to_string_lossy().into_owned();
        if !item.header().entry_type().is_file() {
            return Err(Error::invalid("the archive contains an item that is not a file")
                .hint("name an archive that `journal export` wrote"));
        }
        if name == DOCUMENT_FILE {
            to.document(&mut item)?;
            seen = true;
        } else if let Some(id) = media_id(&name).filter(|_| seen) {
            to.original(id, &mut item)?;
        }
    }
    // age authenticates the last chunk only when it is read.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(damaged_archive_error)?;
    if seen {
        return Ok(());
    }
    Err(Error::invalid("the archive contains no journal export").hint("name an archive that `journal export` wrote"))
}

/// Parses the id of an original from its file name; ignores the rest of the name.
fn media_id(name: &str) -> Option<Uuid> {
    let file = name.strip_prefix(MEDIA_DIR)?.strip_prefix('/')?;
    file.split_once('.')?.0.parse().ok()
}

fn damaged_archive_error(error: io::Error) -> Error {
    Error::conflict("the archive is damaged or truncated").hint("use another copy of it").caused_by(error)
}

/// Opens a regular file without following a symbolic link.
fn open_regular_file(path: &Path) -> Result<File> {
    let file = OpenOptions::new().read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path);
    let file = file.map_err(|error| io_error::for_path("opening", path, error))?;
    let facts = file.metadata().map_err(|error| io_error::for_path("opening", path, error))?;
    if facts.is_file() {
        return Ok(file);
    }
    Err(Error::conflict(format!("{} is not a regular file", path.display())).hint("use another copy of the export"))
}

fn read_identity_file(path: &Path) -> Result<zeroize::Zeroizing<String>> {
    let failed = |error| io_error::for_path("reading", path, error);
    let mut text = zeroize::Zeroizing::new(String::new());
    File::open(path).map_err(failed)?.take(MAX_IDENTITY).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Reader that reports the bytes of each read.
struct ProgressReader<'t, R> {
    from: R,
    on_read: &'t mut dyn FnMut(usize),
}

impl<R: Read> Read for ProgressReader<'_, R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(to)?;
        (self.on_read)(count);
        Ok(count)
    }
}
