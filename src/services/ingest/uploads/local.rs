//! Uploads of photos and recordings from local files.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::app::context::Ctx;
use crate::blocking::run_blocking;
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::ingest::uploads::file_types::{UploadKind, media_type_of};
use crate::services::ingest::uploads::upload_status::QueuedUpload;
use crate::services::ingest::uploads::upload_writer::begin_upload;
use crate::storage::notebook::sources;

/// Size of a read, in bytes.
const READ_SIZE: usize = 256 * 1024;

/// Outcome of uploading local files.
#[derive(Debug, Clone, Copy)]
pub enum LocalUploadOutcome {
    /// The upload's job is queued.
    Queued(QueuedUpload),
    /// The notebook already has an entry made from the same bytes; nothing was stored.
    Duplicate(EntryId),
}

/// Uploads local files, in order, as one entry.
///
/// # Errors
/// `NotFound` and `Invalid` naming the file that is missing, not a regular file or too large; `Conflict` for one of
/// several that the notebook already has; otherwise as an upload over HTTP.
pub async fn files(ctx: &Ctx, kind: UploadKind, paths: &[PathBuf], date: Option<&str>) -> Result<LocalUploadOutcome> {
    for path in paths {
        match (find_duplicate(ctx, kind, path).await?, paths.len()) {
            (Some(entry), 1) => return Ok(LocalUploadOutcome::Duplicate(entry)),
            (Some(entry), _) => {
                return Err(Error::conflict(format!("{} is already stored as entry {entry}", path.display()))
                    .hint("omit it, or delete that entry first"));
            }
            (None, _) => {}
        }
    }
    let mut receiving = begin_upload(ctx, kind).await?;
    if let Some(date) = date {
        receiving.set_explicit_date(date)?;
    }
    for path in paths {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let media_type = media_type_of(path).map_or("", |(_, media_type)| media_type);
        receiving.begin_file(&name, media_type).await?;
        let mut file = open(kind, path)?;
        loop {
            let (rest, piece) = read_next(file).await?;
            if piece.is_empty() {
                break;
            }
            file = rest;
            receiving.write(piece).await?;
        }
    }
    receiving.commit().await.map(LocalUploadOutcome::Queued)
}

/// Finds the entry made from a file with the same bytes.
async fn find_duplicate(ctx: &Ctx, kind: UploadKind, path: &Path) -> Result<Option<EntryId>> {
    let (mut file, mut hash) = (open(kind, path)?, Sha256::new());
    loop {
        let (rest, piece) = read_next(file).await?;
        if piece.is_empty() {
            break;
        }
        file = rest;
        hash.update(&piece);
    }
    let hash = hash.finalize();
    ctx.with_notebook_restricted(Scope::Ingest, move |notebook, within| {
        notebook.read(|db| sources::find_entry_by_hash(db, hash.as_slice(), within))
    })
    .await
}

fn open(kind: UploadKind, path: &Path) -> Result<File> {
    let file = File::open(path).map_err(unreadable)?;
    let facts = file.metadata().map_err(unreadable)?;
    if !facts.is_file() {
        return Err(Error::invalid("the path is not a regular file").hint("give the path of a file or a folder"));
    }
    if facts.len() > kind.max_file() {
        let (size, limit) = (facts.len().div_ceil(1 << 20), kind.max_file() >> 20);
        return Err(Error::invalid(format!("the file has {size} MiB; the limit is {limit}")).hint("make it smaller"));
    }
    Ok(file)
}

/// Reads the next bytes on a blocking thread; empty at the end of the file.
async fn read_next(mut file: File) -> Result<(File, Vec<u8>)> {
    run_blocking(move || {
        let mut piece = Vec::with_capacity(READ_SIZE);
        (&mut file).take(READ_SIZE as u64).read_to_end(&mut piece).map(|_| (file, piece)).map_err(unreadable)
    })
    .await
}

fn unreadable(error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => Error::not_found("file").hint("check the path"),
        _ => Error::invalid("the file cannot be read").hint("check its permissions").caused_by(error),
    }
}
