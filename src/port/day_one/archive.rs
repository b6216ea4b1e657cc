//! The ZIP: read by position, never unpacked, and no name in it is ever used as a path.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::Error;
use crate::error::Result;
use crate::storage::failure;
use crate::storage::hashed;

/// Files in an archive: a photograph for every day of two centuries.
const MAX_FILES: usize = 100_000;
/// Bytes of a journal once it is unpacked, with everything that its program says of its texts.
const MAX_DOCUMENT: u64 = 256 << 20;
/// Bytes handed on at once.
const PIECE: usize = 64 * 1024;

/// An open archive.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    /// Photographs and recordings by the name that Day One gives them, the MD5 of their content.
    media: HashMap<String, (usize, String)>,
    journals: Vec<usize>,
}

impl Archive {
    /// # Errors
    /// `Invalid` for what is no ZIP, has more files than anybody has photographs, or is encrypted.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| failure::io("opening", path, error))?;
        let zip = ZipArchive::new(BufReader::new(file)).map_err(unreadable)?;
        if zip.len() > MAX_FILES {
            return Err(Error::invalid(format!("the archive has more than {MAX_FILES} files"))
                .hint("export the journals one by one"));
        }
        let (mut media, mut journals) = (HashMap::new(), Vec::new());
        for index in 0..zip.len() {
            // A name that is no text is none of Day One's.
            let Some(Ok(name)) = zip.name_for_index(index) else { continue };
            let (folder, file) = name.rsplit_once('/').unwrap_or(("", &name));
            match file.rsplit_once('.') {
                // Packed anew, everything is in a folder.
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

    /// Returns the journals in it.
    pub(super) fn journals(&self) -> Vec<usize> {
        self.journals.clone()
    }

    /// Finds a photograph or recording by the name that Day One gives it.
    pub(super) fn find(&self, md5: &str) -> Option<(usize, String)> {
        self.media.get(&md5.to_ascii_lowercase()).cloned()
    }

    /// Hands a document to a closure, up to its limit whatever the archive says of its length.
    pub(super) fn read<T>(&mut self, index: usize, work: impl FnOnce(&mut dyn Read) -> Result<T>) -> Result<T> {
        let too_large = || {
            Error::invalid(format!("a journal in the archive has more than {} MiB", MAX_DOCUMENT >> 20))
                .hint("export the journals one by one, or in parts")
        };
        let file = self.zip.by_index(index).map_err(unreadable)?;
        if file.size() > MAX_DOCUMENT {
            return Err(too_large());
        }
        // What the archive says of it may be a lie.
        let mut limited = BufReader::with_capacity(PIECE, file.take(MAX_DOCUMENT + 1));
        let done = work(&mut limited);
        if limited.get_ref().limit() == 0 { Err(too_large()) } else { done }
    }

    /// Hands a file to a closure piece by piece, which says when it is enough.
    pub(super) fn pieces(&mut self, index: usize, take: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let file = self.zip.by_index(index).map_err(unreadable)?;
        hashed::pieces(file, |error| damaged().caused_by(error), take)
    }
}

fn unreadable(error: ZipError) -> Error {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            Error::invalid("the archive is encrypted").hint("unpack it with its password and pack it again without one")
        }
        ZipError::UnsupportedArchive(_) | ZipError::InvalidArchive(_) => {
            Error::invalid("this is no ZIP archive, or a damaged one")
                .hint("name the .zip that Day One wrote with Export → JSON")
                .caused_by(error)
        }
        error => damaged().caused_by(error),
    }
}

fn damaged() -> Error {
    Error::conflict("the archive is damaged or was cut short").hint("take another copy of it")
}
