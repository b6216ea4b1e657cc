//! Photographs and recordings of this machine's own files.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use sha2::Digest;
use sha2::Sha256;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest::uploads::Kind;
use crate::ingest::uploads::Queued;
use crate::ingest::uploads::begin;
use crate::ingest::uploads::media_type_of;
use crate::model::id::EntryId;
use crate::model::scope::Scope;
use crate::storage::notebook::sources;

/// Bytes read at once.
const PIECE: usize = 256 * 1024;

/// What became of local files.
#[derive(Debug, Clone, Copy)]
pub enum Local {
    /// Their job waits.
    Queued(Queued),
    /// The notebook has an entry of a file with the same bytes; nothing was stored.
    AlreadyThere(EntryId),
}

/// Uploads local files, in order, as one entry.
///
/// # Errors
/// `NotFound` and `Invalid` naming the file that is missing, is something else or too large; `Conflict` for one of several
/// that the notebook has already; as an upload over HTTP otherwise.
pub async fn files(ctx: &Ctx, kind: Kind, paths: &[PathBuf], date: Option<&str>) -> Result<Local> {
    for path in paths {
        match (already_there(ctx, kind, path).await?, paths.len()) {
            (Some(entry), 1) => return Ok(Local::AlreadyThere(entry)),
            (Some(entry), _) => {
                return Err(Error::conflict(format!("{} is already there as entry {entry}", path.display()))
                    .hint("leave it out, or delete that entry first"));
            }
            (None, _) => {}
        }
    }
    let mut receiving = begin(ctx, kind).await?;
    if let Some(date) = date {
        receiving.text("entry_date", date)?;
    }
    for path in paths {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let media_type = media_type_of(path).map_or("", |(_, media_type)| media_type);
        receiving.file(&name, media_type).await?;
        let mut file = open(kind, path)?;
        loop {
            let (rest, piece) = next(file).await?;
            if piece.is_empty() {
                break;
            }
            file = rest;
            receiving.bytes(piece).await?;
        }
    }
    receiving.commit().await.map(Local::Queued)
}

/// Finds the entry that was made of a file with the same bytes.
async fn already_there(ctx: &Ctx, kind: Kind, path: &Path) -> Result<Option<EntryId>> {
    let (mut file, mut hash) = (open(kind, path)?, Sha256::new());
    loop {
        let (rest, piece) = next(file).await?;
        if piece.is_empty() {
            break;
        }
        file = rest;
        hash.update(&piece);
    }
    let hash = hash.finalize();
    ctx.act_within(Scope::Ingest, move |notebook, within| {
        notebook.read(|db| sources::entry_with(db, hash.as_slice(), within))
    })
    .await
}

fn open(kind: Kind, path: &Path) -> Result<File> {
    let file = File::open(path).map_err(unreadable)?;
    let facts = file.metadata().map_err(unreadable)?;
    if !facts.is_file() {
        return Err(Error::invalid("it is no plain file").hint("name a file or a folder"));
    }
    if facts.len() > kind.max_file() {
        let (size, limit) = (facts.len().div_ceil(1 << 20), kind.max_file() >> 20);
        return Err(Error::invalid(format!("the file has {size} MiB; {limit} are taken")).hint("make it smaller"));
    }
    Ok(file)
}

/// Reads the next piece on a thread that may block; an empty one is the end.
async fn next(mut file: File) -> Result<(File, Vec<u8>)> {
    let read = tokio::task::spawn_blocking(move || {
        let mut piece = Vec::with_capacity(PIECE);
        (&mut file).take(PIECE as u64).read_to_end(&mut piece).map(|_| (file, piece))
    });
    read.await.map_err(|error| Error::internal("reading a file", error))?.map_err(unreadable)
}

fn unreadable(error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => Error::not_found("file").hint("check the path"),
        _ => Error::invalid("the file cannot be read").hint("check its permissions").caused_by(error),
    }
}
