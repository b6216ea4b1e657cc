//! Originals of an archive: locates, verifies and copies them.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use uuid::Uuid;

use crate::crypto::media::MediaIdentity;
use crate::domain::backup::{BackupManifest, BackupOriginal};
use crate::error::{Error, ErrorKind, Result};
use crate::storage::hashing_io::{self, FileDigest, HashingIo};
use crate::storage::io_error;
use crate::storage::media::read_error;

/// Returns the path of an original in the backup's media folder.
pub(super) fn original_path(media: &Path, original: &BackupOriginal) -> PathBuf {
    crate::storage::media::original_path(&media.join(original.notebook.to_string()), original.id)
}

/// Returns the originals whose files are missing; compares only sizes, not content.
///
/// # Errors
/// `Conflict` for a file whose size differs from the manifest.
pub(super) fn missing<'m>(
    media: &Path,
    manifest: &'m BackupManifest,
    wanted: impl Fn(&BackupOriginal) -> bool,
) -> Result<Vec<&'m BackupOriginal>> {
    let mut missing = Vec::new();
    for original in manifest.originals.iter().filter(|original| wanted(original)) {
        let path = original_path(media, original);
        match std::fs::symlink_metadata(&path) {
            Ok(facts) if facts.is_file() && facts.len() == original.bytes => {}
            Ok(_) => return Err(damaged_original_error(original)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => missing.push(original),
            Err(error) => return Err(io_error::for_path("opening", &path, error)),
        }
    }
    Ok(missing)
}

/// Returns a `Conflict` if originals are missing.
pub(super) fn ensure_none_missing(media: &Path, missing: &[&BackupOriginal], all: usize) -> Result<()> {
    let Some(first) = missing.first() else { return Ok(()) };
    Err(Error::conflict(format!(
        "{} of {all} originals are missing in {}, the first is {}",
        missing.len(),
        media.display(),
        first.id
    ))
    .hint("name the folder with the originals with --media DIR, or skip them with --without-missing-media"))
}

/// Copies an original to a new private file, syncs it to disk and checks size and hash.
///
/// # Errors
/// `Conflict` if it differs from the manifest; the copy is then removed.
pub(super) fn copy(media: &Path, original: &BackupOriginal, to: &Path) -> Result<()> {
    let path = original_path(media, original);
    let from = open_original(&path, original)?;
    let copied = hashing_io::copy_and_hash(from, &path, to, &|_| {}).and_then(|sum| check_hash(original, &sum));
    if copied.is_err() {
        let _ = std::fs::remove_file(to);
    }
    copied
}

/// Decrypts an original to its end and checks its hash, identity and id. Returns its plaintext size in bytes.
///
/// # Errors
/// `NotFound` if the file is missing; `Conflict` if any check fails.
pub(super) fn check(media: &Path, original: &BackupOriginal, identity: &MediaIdentity) -> Result<u64> {
    let file = open_original(&original_path(media, original), original)?;
    let mut sealed = HashingIo::new(file);
    let clear = read_clear(identity, original.id, &mut sealed)
        .map_err(|error| damaged_original_error(original).caused_by(error))?;
    check_hash(original, &sealed.finish().1).map(|()| clear)
}

fn check_hash(original: &BackupOriginal, sum: &FileDigest) -> Result<()> {
    if sum.bytes == original.bytes && sum.sha256 == original.sha256 {
        Ok(())
    } else {
        Err(damaged_original_error(original))
    }
}

fn read_clear(identity: &MediaIdentity, id: Uuid, sealed: impl Read) -> Result<u64> {
    plain_length(identity.open(id, sealed)?)
}

/// Reads a decrypted original to its end; returns its size in bytes.
pub(super) fn plain_length(clear: impl Read) -> Result<u64> {
    let mut bytes = 0;
    hashing_io::for_each_block(clear, read_error, |piece| {
        bytes += piece.len() as u64;
        Ok(())
    })?;
    Ok(bytes)
}

/// Opens the file without following a symbolic link.
fn open_original(path: &Path, original: &BackupOriginal) -> Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => missing_original_error(original),
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => damaged_original_error(original),
        _ => io_error::for_path("opening", path, error),
    })?;
    let plain = file.metadata().map_err(|error| io_error::for_path("reading", path, error))?.is_file();
    if plain { Ok(file) } else { Err(damaged_original_error(original)) }
}

fn missing_original_error(original: &BackupOriginal) -> Error {
    Error::new(ErrorKind::NotFound, format!("the original {} is missing", original.id))
        .hint("name the folder with the originals with --media DIR")
}

fn damaged_original_error(original: &BackupOriginal) -> Error {
    Error::conflict(format!("the original {} is damaged or was replaced", original.id))
        .hint("restore the file from another copy of the backup")
}
