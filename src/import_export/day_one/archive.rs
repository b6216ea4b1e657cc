//! ZIP reader: entries are read by index, never unpacked, and their names are never used as paths.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{Error, Result};
use crate::storage::{hashing_io, io_error};

/// Maximum number of files in an archive.
const MAX_FILES: usize = 100_000;
/// Maximum uncompressed size of a journal's JSON in bytes.
const MAX_DOCUMENT_BYTES: u64 = 256 << 20;
/// Read buffer size in bytes.
const READ_BUFFER_BYTES: usize = 64 * 1024;

/// Open Day One archive.
pub(super) struct DayOneArchive {
    zip: ZipArchive<BufReader<File>>,
    /// Index and file name of photographs and recordings by file stem, which is the MD5 of the content.
    media: HashMap<String, (usize, String)>,
    journals: Vec<usize>,
}

impl DayOneArchive {
    /// Opens the ZIP and indexes its journals, photographs and recordings.
    ///
    /// # Errors
    /// `Invalid` if it is not a ZIP, has more than [`MAX_FILES`] files, or is encrypted.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| io_error::for_path("opening", path, error))?;
        let zip = ZipArchive::new(BufReader::new(file)).map_err(zip_error)?;
        if zip.len() > MAX_FILES {
            return Err(Error::invalid(format!("the archive has more than {MAX_FILES} files"))
                .hint("export the journals one by one"));
        }
        let (mut media, mut journals) = (HashMap::new(), Vec::new());
        for index in 0..zip.len() {
            // Day One writes only UTF-8 names.
            let Some(Ok(name)) = zip.name_for_index(index) else { continue };
            let (folder, file) = name.rsplit_once('/').unwrap_or(("", &name));
            match file.rsplit_once('.') {
                // An archive that was zipped again may have one top-level folder.
                Some((_, ending)) if ending.eq_ignore_ascii_case("json") && !folder.contains('/') => {
                    journals.push(index);
                }
                Some((stem, _)) if folder.ends_with("photos") || folder.ends_with("audios") => {
                    media.entry(stem.to_ascii_lowercase()).or_insert_with(|| (index, file.to_owned()));
                }
                _ => {}
            }
        }
        Ok(Self { zip, media, journals })
    }

    /// Returns the indexes of the journals.
    pub(super) fn journals(&self) -> Vec<usize> {
        self.journals.clone()
    }

    /// Finds a photograph or recording by the MD5 of its content.
    pub(super) fn find_media(&self, md5: &str) -> Option<(usize, String)> {
        self.media.get(&md5.to_ascii_lowercase()).cloned()
    }

    /// Passes a document to a closure, up to [`MAX_DOCUMENT_BYTES`] uncompressed bytes.
    pub(super) fn read_document<T>(
        &mut self,
        index: usize,
        work: impl FnOnce(&mut dyn Read) -> Result<T>,
    ) -> Result<T> {
        let too_large = || {
            Error::invalid(format!("a journal in the archive is larger than {} MiB", MAX_DOCUMENT_BYTES >> 20))
                .hint("export the journals one by one, or in parts")
        };
        let file = self.zip.by_index(index).map_err(zip_error)?;
        if file.size() > MAX_DOCUMENT_BYTES {
            return Err(too_large());
        }
        // The declared size is not trusted: it may hide a decompression bomb.
        let mut limited = BufReader::with_capacity(READ_BUFFER_BYTES, file.take(MAX_DOCUMENT_BYTES + 1));
        let done = work(&mut limited);
        if limited.get_ref().limit() == 0 { Err(too_large()) } else { done }
    }

    /// Passes a file to a closure in chunks; stops at its first error.
    pub(super) fn read_chunks(&mut self, index: usize, take: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let file = self.zip.by_index(index).map_err(zip_error)?;
        hashing_io::for_each_block(file, |error| damaged_archive_error().caused_by(error), take)
    }
}

fn zip_error(error: ZipError) -> Error {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            Error::invalid("the archive is encrypted").hint("unpack it with its password and zip it again without one")
        }
        ZipError::UnsupportedArchive(_) | ZipError::InvalidArchive(_) => {
            Error::invalid("this is not a ZIP archive, or it is damaged")
                .hint("name the .zip that Day One wrote with Export → JSON")
                .caused_by(error)
        }
        error => damaged_archive_error().caused_by(error),
    }
}

fn damaged_archive_error() -> Error {
    Error::conflict("the archive is damaged or truncated").hint("use another copy of it")
}
