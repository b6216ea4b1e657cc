//! Uploads of photos and recordings that arrive complete inside a message.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::app::context::Ctx;
use crate::domain::entry::SourceType;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::ingest::uploads::file_types::{SNIFF_BYTES, UploadKind};
use crate::services::ingest::uploads::upload_status::QueuedUpload;
use crate::services::ingest::uploads::upload_writer::begin_upload;
use crate::services::ingest::{self, entry_draft};

/// Size of a write, in bytes.
const WRITE_SIZE: usize = 256 * 1024;

/// A complete file in memory.
pub struct InMemoryFile {
    /// Media type declared by the sender.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Form fields sent along with files.
#[derive(Debug, Clone, Default)]
pub struct UploadFields {
    /// `YYYY-MM-DD`, used for files without a date of their own.
    pub date: Option<String>,
    /// Language code of the speech in recordings.
    pub language: Option<String>,
}

/// Uploads files, in order, as one entry.
///
/// # Errors
/// `Conflict` for a duplicate file or one that an entry was made from; `Invalid` for one whose content does not match
/// its declared type, and for a date out of bounds; otherwise as an upload over HTTP.
pub async fn upload_in_memory(
    ctx: &Ctx,
    kind: UploadKind,
    files: Vec<InMemoryFile>,
    along: &UploadFields,
) -> Result<QueuedUpload> {
    ctx.caller.authorize(Scope::Ingest)?;
    ingest::check_date(ctx, along.date.as_deref())?;
    let mut receiving = begin_upload(ctx, kind).await?;
    if let Some(date) = &along.date {
        receiving.set_field("entry_date", date)?;
    }
    if let Some(language) = &along.language {
        receiving.set_language(language)?;
    }
    let files = reject_duplicates(ctx, kind, files).await?;
    for (file, position) in files.into_iter().zip(1..) {
        let (name, head) = (format!("{} {position}", kind.noun()), &file.bytes[..file.bytes.len().min(SNIFF_BYTES)]);
        receiving.begin_file(&name, &file.media_type).await?;
        if let Some(found) = kind.sniff(head).filter(|found| !kind.types_match(&file.media_type, found)) {
            return Err(Error::invalid(format!(
                "{name} is declared as {}, but its content is {found}",
                kind.canonical_type(&file.media_type)
            ))
            .hint("declare the media type of the content"));
        }
        for piece in file.bytes.chunks(WRITE_SIZE) {
            receiving.write(piece.to_vec()).await?;
        }
    }
    receiving.commit().await
}

/// Rejects duplicate files and files that an entry of the notebook was made from; returns the files otherwise.
async fn reject_duplicates(ctx: &Ctx, kind: UploadKind, files: Vec<InMemoryFile>) -> Result<Vec<InMemoryFile>> {
    let source = match kind {
        UploadKind::Images => SourceType::Photo,
        UploadKind::Recordings => SourceType::Voice,
    };
    ctx.with_notebook_restricted(Scope::Ingest, move |notebook, within| {
        let mut first = BTreeMap::new();
        for (file, position) in files.iter().zip(1..) {
            let hash = Sha256::digest(&file.bytes);
            if let Some(other) = first.insert(hash, position) {
                let noun = kind.noun();
                return Err(Error::conflict(format!("{noun} {position} is the same file as {noun} {other}"))
                    .hint("send each file once"));
            }
            notebook.read(|db| entry_draft::reject_duplicate(db, source, position, &hash, within))?;
        }
        Ok(files)
    })
    .await
}
