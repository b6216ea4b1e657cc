//! Originals: the photos and recordings that entries were made from, returned byte for byte to their owner.

use std::io::Read;

use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::app::context::Ctx;
use crate::blocking::run_blocking;
use crate::domain::access_filter::AccessFilter;
use crate::domain::activity::ReadKind;
use crate::domain::id::EntryId;
use crate::domain::media_type;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::storage::media::{MediaStore, read_error};
use crate::storage::notebook::{entries, uploads};

/// Size of a read in bytes, equal to age's chunk size.
const PIECE_SIZE: usize = 64 * 1024;

/// An original file of an entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OriginalFile {
    /// Number within the entry, from 1, in upload order.
    pub n: usize,
    /// Media type detected from the content.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Label recorded at upload.
    pub label: String,
    #[serde(skip)]
    id: Uuid,
}

impl OriginalFile {
    /// Returns a file name for a download, made of numbers and the type only.
    #[must_use]
    pub fn file_name(&self, entry: EntryId) -> String {
        let ending = media_type::file_extension(&self.media_type).unwrap_or("bin");
        format!("entry-{entry}-{}.{ending}", self.n)
    }
}

/// The originals of an entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OriginalListResponse {
    /// The entry.
    pub entry_id: EntryId,
    /// Its originals, in upload order.
    pub items: Vec<OriginalFile>,
}

/// Reader of an original in pieces.
///
/// Every piece is authenticated. A damaged file ends with an error instead of the end of the file, so the pieces read
/// before the error are incomplete.
pub struct OriginalReader {
    first: Vec<u8>,
    rest: Box<dyn Read + Send>,
}

impl OriginalReader {
    fn open(store: &MediaStore, id: Uuid) -> Result<Self> {
        let mut content = Self { first: Vec::new(), rest: Box::new(store.reader(id)?) };
        // Detects damage at the beginning before anything is sent.
        content.first = content.read()?;
        Ok(content)
    }

    /// Returns the next piece, empty at the end. Blocks.
    ///
    /// # Errors
    /// `Conflict` for a file that is damaged.
    pub fn next_chunk(&mut self) -> Result<Vec<u8>> {
        if self.first.is_empty() { self.read() } else { Ok(std::mem::take(&mut self.first)) }
    }

    fn read(&mut self) -> Result<Vec<u8>> {
        let mut piece = Vec::with_capacity(PIECE_SIZE);
        (&mut self.rest).take(PIECE_SIZE as u64).read_to_end(&mut piece).map_err(read_error)?;
        Ok(piece)
    }
}

/// Lists the originals of an entry; typed entries have none.
///
/// # Errors
/// `NotFound`.
pub async fn originals(ctx: &Ctx, entry: EntryId) -> Result<OriginalListResponse> {
    ctx.read(Scope::EntriesRead, move |db| {
        entries::require_exists(db, entry, &AccessFilter::default())?;
        let items = uploads::list_originals(db, entry)?.into_iter().zip(1..).map(|(found, n)| OriginalFile {
            n,
            media_type: found.media_type,
            bytes: found.plain_bytes,
            label: found.label,
            id: found.media,
        });
        Ok(OriginalListResponse { entry_id: entry, items: items.collect() })
    })
    .await
}

/// Opens an original of an entry.
///
/// # Errors
/// `NotFound`, also for entries of other users; `Conflict` for a damaged or missing file.
pub async fn original(ctx: &Ctx, entry: EntryId, n: usize) -> Result<(OriginalFile, OriginalReader)> {
    let found = originals(ctx, entry).await?.items.into_iter().find(|original| original.n == n);
    let original = found.ok_or_else(|| {
        Error::not_found(format!("original {n} of entry {entry}"))
            .hint("`journal show ID` shows the number of originals")
    })?;
    let (store, id) = (ctx.media(Scope::EntriesRead).await?, original.id);
    let content = run_blocking(move || {
        OriginalReader::open(&store, id).map_err(|error| {
            Error::conflict(format!("original {n} of entry {entry} is damaged or missing"))
                .hint("restore the media file from a backup")
                .caused_by(error)
        })
    })
    .await?;
    ctx.record_read(ReadKind::Entry, 1);
    Ok((original, content))
}
