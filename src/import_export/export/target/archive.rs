//! Encrypted export: a tar (POSIX.1-1988 ustar) inside an age file. No plaintext is written to disk.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use age::stream::StreamWriter;

use crate::crypto::age_archive::{self, ArchiveRecipient, ExpectedAgeHeader};
use crate::error::{Error, Result};
use crate::import_export::export::sink::ExportSink;
use crate::storage::{files, io_error};

/// Size of a tar block in bytes.
const BLOCK: usize = 512;

/// Archive writer; the temporary file is removed if it is dropped before `finish`.
pub(super) struct ExportArchive {
    path: PathBuf,
    temporary: PathBuf,
    stream: Option<StreamWriter<BufWriter<File>>>,
    header: ExpectedAgeHeader,
    /// Remaining bytes of the current file, and its padding after them.
    left: u64,
    padding: u64,
}

/// Rejects an existing file and a path without a file name.
pub(super) fn validate_path(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Err(Error::conflict(format!("{} is a folder", path.display()))
            .hint("an encrypted export is one file: name a file, such as `--to journal.tar.age`"));
    }
    if path.file_name().is_none() {
        return Err(Error::invalid("the path has no file name").hint("name a file, such as `--to journal.tar.age`"));
    }
    if path.exists() {
        return Err(Error::conflict(format!("{} already exists", path.display())).hint("name a new file"));
    }
    Ok(())
}

impl ExportArchive {
    pub(super) fn begin(path: &Path, recipients: &[ArchiveRecipient]) -> Result<Self> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let temporary = path.with_file_name(format!(".{name}.new"));
        // Left by an interrupted export.
        let _ = std::fs::remove_file(&temporary);
        let file = files::create_new(&temporary)?;
        let sealed = age_archive::seal(recipients, BufWriter::with_capacity(128 * 1024, file));
        let (stream, header) = sealed.inspect_err(|_| {
            let _ = std::fs::remove_file(&temporary);
        })?;
        Ok(Self { path: path.to_owned(), temporary, stream: Some(stream), header, left: 0, padding: 0 })
    }

    /// Finishes the archive, checks its recipients and renames it atomically to its final name.
    pub(super) fn finish(mut self) -> Result<()> {
        // A tar ends with two zero blocks.
        self.write_raw(&[0; 2 * BLOCK])?;
        let stream = self.stream.take().expect("the stream is open until `finish`");
        let failed = |error| io_error::for_path("writing", &self.path, error);
        let file = stream.finish().map_err(failed)?.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        let mut written = BufReader::new(File::open(&self.temporary).map_err(failed)?);
        if !self.header.matches(&mut written).map_err(failed)? {
            return Err(Error::conflict("the file is not encrypted to the given recipients")
                .hint("check the disk for errors; the file was removed"));
        }
        files::rename_no_replace(&self.temporary, &self.path)
    }

    fn write_raw(&mut self, bytes: &[u8]) -> Result<()> {
        let stream = self.stream.as_mut().expect("the stream is open until `finish`");
        stream.write_all(bytes).map_err(|error| io_error::for_path("writing", &self.path, error))
    }
}

impl Drop for ExportArchive {
    fn drop(&mut self) {
        // Does not exist any more after the rename.
        let _ = std::fs::remove_file(&self.temporary);
    }
}

impl ExportSink for ExportArchive {
    fn begin_file(&mut self, name: &str, bytes: u64) -> Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_path(name).map_err(|error| Error::internal("setting a file name of an export", error))?;
        header.set_size(bytes);
        header.set_mode(0o600);
        // No timestamp and no owner: the archive content depends only on the journal.
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        header.set_cksum();
        self.write_raw(header.as_bytes())?;
        (self.left, self.padding) = (bytes, bytes.next_multiple_of(BLOCK as u64) - bytes);
        Ok(())
    }

    fn write_chunk(&mut self, piece: &[u8]) -> Result<()> {
        let length = piece.len() as u64;
        let left = self.left.checked_sub(length);
        self.left = left.ok_or_else(|| Error::conflict("a file is longer than its declared size"))?;
        self.write_raw(piece)
    }

    fn finish_file(&mut self) -> Result<()> {
        if self.left > 0 {
            return Err(Error::conflict("a file is shorter than its declared size"));
        }
        let zeros = [0; BLOCK];
        let padding = usize::try_from(self.padding).unwrap_or_default();
        self.write_raw(&zeros[..padding])
    }
}
