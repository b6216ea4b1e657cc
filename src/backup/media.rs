//! Originals beside an archive: found, held against what the manifest says, copied.

use std::fs::File;
use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;

use rustix::fs::OFlags;
use uuid::Uuid;

use crate::crypto::media::MediaIdentity;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::backup::Manifest;
use crate::model::backup::Original;
use crate::storage::failure;
use crate::storage::hashed;
use crate::storage::hashed::Hashed;
use crate::storage::hashed::Sum;
use crate::storage::media::unreadable;

/// Returns where an original lies beside an archive.
pub(super) fn path_of(media: &Path, original: &Original) -> PathBuf {
    crate::storage::media::path_of(&media.join(original.notebook.to_string()), original.id)
}

/// Returns the originals that are not there, by looking for their files alone.
///
/// # Errors
/// `Conflict` for a file of another size than it was.
pub(super) fn missing<'m>(
    media: &Path,
    manifest: &'m Manifest,
    wanted: impl Fn(&Original) -> bool,
) -> Result<Vec<&'m Original>> {
    let mut missing = Vec::new();
    for original in manifest.originals.iter().filter(|original| wanted(original)) {
        let path = path_of(media, original);
        match std::fs::symlink_metadata(&path) {
            Ok(facts) if facts.is_file() && facts.len() == original.bytes => {}
            Ok(_) => return Err(damaged(original)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => missing.push(original),
            Err(error) => return Err(failure::io("opening", &path, error)),
        }
    }
    Ok(missing)
}

/// Refuses to go on without originals.
pub(super) fn refuse_missing(media: &Path, missing: &[&Original], all: usize) -> Result<()> {
    let Some(first) = missing.first() else { return Ok(()) };
    Err(Error::conflict(format!(
        "{} of {all} originals are not in {}, the first of them {}",
        missing.len(),
        media.display(),
        first.id
    ))
    .hint("name the folder that holds them with --media DIR, or go on without them with --without-missing-media"))
}

/// Copies an original to a new private file, durable once this returns, and checks it on the way.
///
/// # Errors
/// `Conflict` when it is not what the manifest says; then nothing is left of the copy.
pub(super) fn copy(media: &Path, original: &Original, to: &Path) -> Result<()> {
    let path = path_of(media, original);
    let from = open(&path, original)?;
    let copied = hashed::copy(from, &path, to, &|_| {}).and_then(|sum| held_against(original, &sum));
    if copied.is_err() {
        let _ = std::fs::remove_file(to);
    }
    copied
}

/// Reads an original to its end, sealed and opened: its hash, its identity, its own id, every byte authentic. Returns how
/// many bytes it has in the clear.
///
/// # Errors
/// `NotFound` when it is not there; `Conflict` when anything of it is not as it was.
pub(super) fn check(media: &Path, original: &Original, identity: &MediaIdentity) -> Result<u64> {
    let file = open(&path_of(media, original), original)?;
    let mut sealed = Hashed::new(file);
    let clear = read_clear(identity, original.id, &mut sealed).map_err(|error| damaged(original).caused_by(error))?;
    held_against(original, &sealed.finish().1).map(|()| clear)
}

fn held_against(original: &Original, sum: &Sum) -> Result<()> {
    if sum.bytes == original.bytes && sum.sha256 == original.sha256 { Ok(()) } else { Err(damaged(original)) }
}

fn read_clear(identity: &MediaIdentity, id: Uuid, sealed: impl Read) -> Result<u64> {
    length(identity.open(id, sealed)?)
}

/// Reads an original that was opened to its end; returns how many bytes it has.
pub(super) fn length(clear: impl Read) -> Result<u64> {
    let mut bytes = 0;
    hashed::pieces(clear, unreadable, |piece| {
        bytes += piece.len() as u64;
        Ok(())
    })?;
    Ok(bytes)
}

/// Opens the file itself, never what a link in its place leads to.
fn open(path: &Path, original: &Original) -> Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => absent(original),
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => damaged(original),
        _ => failure::io("opening", path, error),
    })?;
    let plain = file.metadata().map_err(|error| failure::io("reading", path, error))?.is_file();
    if plain { Ok(file) } else { Err(damaged(original)) }
}

fn absent(original: &Original) -> Error {
    Error::new(Kind::NotFound, format!("the original {} is missing", original.id))
        .hint("name the folder that holds it with --media DIR")
}

fn damaged(original: &Original) -> Error {
    Error::conflict(format!("the original {} is damaged or was swapped", original.id))
        .hint("put the file back from another copy of the backup")
}
