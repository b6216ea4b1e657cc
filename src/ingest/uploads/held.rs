//! Photographs and recordings that came in whole, inside of a message.

use std::collections::BTreeMap;

use sha2::Digest;
use sha2::Sha256;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest;
use crate::ingest::draft;
use crate::ingest::uploads::Kind;
use crate::ingest::uploads::Queued;
use crate::ingest::uploads::begin;
use crate::ingest::uploads::kinds::HEAD;
use crate::model::entry::SourceType;
use crate::model::scope::Scope;

/// Bytes handed on at once.
const PIECE: usize = 256 * 1024;

/// A file that came in whole.
pub struct Held {
    /// What whoever sent it says it is.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What came along with files.
#[derive(Debug, Clone, Default)]
pub struct Along {
    /// `YYYY-MM-DD`, for files that do not say their date.
    pub date: Option<String>,
    /// The code of the language that is spoken in recordings.
    pub language: Option<String>,
}

/// Uploads files, in order, as one entry.
///
/// # Errors
/// `Conflict` for a file that is there twice, or that an entry came of; `Invalid` for one that is not what it is said to
/// be, and for a date out of bounds; as an upload over HTTP otherwise.
pub async fn held(ctx: &Ctx, kind: Kind, files: Vec<Held>, along: &Along) -> Result<Queued> {
    ctx.caller.authorize(Scope::Ingest)?;
    ingest::check_date(ctx, along.date.as_deref())?;
    let mut receiving = begin(ctx, kind).await?;
    if let Some(date) = &along.date {
        receiving.text("entry_date", date)?;
    }
    if let Some(language) = &along.language {
        receiving.language(language)?;
    }
    let files = refuse_known(ctx, kind, files).await?;
    for (file, position) in files.into_iter().zip(1..) {
        let (name, head) = (format!("{} {position}", kind.noun()), &file.bytes[..file.bytes.len().min(HEAD)]);
        receiving.file(&name, &file.media_type).await?;
        if let Some(found) = kind.sniff(head).filter(|found| !kind.agree(&file.media_type, found)) {
            return Err(Error::invalid(format!(
                "{name} is said to be {}, but it is {found}",
                kind.known(&file.media_type)
            ))
            .hint("give the media type that it has"));
        }
        for piece in file.bytes.chunks(PIECE) {
            receiving.bytes(piece.to_vec()).await?;
        }
    }
    receiving.commit().await
}

/// Refuses files that are there twice, or that an entry of the notebook came from; gives back the others.
async fn refuse_known(ctx: &Ctx, kind: Kind, files: Vec<Held>) -> Result<Vec<Held>> {
    let source = match kind {
        Kind::Images => SourceType::Photo,
        Kind::Recordings => SourceType::Voice,
    };
    ctx.act_within(Scope::Ingest, move |notebook, within| {
        let mut first = BTreeMap::new();
        for (file, position) in files.iter().zip(1..) {
            let hash = Sha256::digest(&file.bytes);
            if let Some(other) = first.insert(hash, position) {
                let noun = kind.noun();
                return Err(Error::conflict(format!("{noun} {position} is the same file as {noun} {other}"))
                    .hint("send each file once"));
            }
            notebook.read(|db| draft::refuse_known(db, source, position, &hash, within))?;
        }
        Ok(files)
    })
    .await
}
