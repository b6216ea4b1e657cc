//! Originals: the photographs and recordings that entries were made of, given back to their owner byte for byte.

use std::io::Read;

use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::activity;
use crate::model::id::EntryId;
use crate::model::media_type;
use crate::model::scope::Scope;
use crate::storage::media::MediaStore;
use crate::storage::media::unreadable;
use crate::storage::notebook::uploads;

/// Bytes of a piece, as age seals them.
const PIECE: usize = 64 * 1024;

/// An original of an entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Original {
    /// Its number within the entry, from 1, in the order they came in.
    pub n: usize,
    /// What it is, by its content.
    pub media_type: String,
    /// How large it is.
    pub bytes: u64,
    /// What it was called when it came in.
    pub label: String,
    #[serde(skip)]
    id: Uuid,
}

impl Original {
    /// Returns a name for a file that holds it, made of numbers and the type alone.
    #[must_use]
    pub fn file_name(&self, entry: EntryId) -> String {
        let ending = media_type::ending(&self.media_type).unwrap_or("bin");
        format!("entry-{entry}-{}.{ending}", self.n)
    }
}

/// The originals of an entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Originals {
    /// The entry.
    pub entry_id: EntryId,
    /// Its originals, in the order they came in.
    pub items: Vec<Original>,
}

/// The bytes of an original, piece by piece.
///
/// Every piece is authentic. A file that was damaged ends with an error in place of its end, so what was taken of it
/// until then is not the original.
pub struct Content {
    first: Vec<u8>,
    rest: Box<dyn Read + Send>,
}

impl Content {
    fn open(store: &MediaStore, id: Uuid) -> Result<Self> {
        let mut content = Self { first: Vec::new(), rest: Box::new(store.reader(id)?) };
        // Damage at the beginning is told before anything is handed out.
        content.first = content.read()?;
        Ok(content)
    }

    /// Returns the next piece, empty at the end. Blocks.
    ///
    /// # Errors
    /// `Conflict` for a file that is damaged.
    pub fn next_piece(&mut self) -> Result<Vec<u8>> {
        if self.first.is_empty() { self.read() } else { Ok(std::mem::take(&mut self.first)) }
    }

    fn read(&mut self) -> Result<Vec<u8>> {
        let mut piece = Vec::with_capacity(PIECE);
        (&mut self.rest).take(PIECE as u64).read_to_end(&mut piece).map_err(unreadable)?;
        Ok(piece)
    }
}

/// Lists the originals of an entry; there are none of what was typed.
///
/// # Errors
/// `NotFound`.
pub async fn originals(ctx: &Ctx, entry: EntryId) -> Result<Originals> {
    ctx.read(Scope::EntriesRead, move |db| {
        super::exists(db, entry)?;
        let items = uploads::originals(db, entry)?.into_iter().zip(1..).map(|(found, n)| Original {
            n,
            media_type: found.media_type,
            bytes: found.plain_bytes,
            label: found.label,
            id: found.media,
        });
        Ok(Originals { entry_id: entry, items: items.collect() })
    })
    .await
}

/// Opens an original of an entry.
///
/// # Errors
/// `NotFound`, also for the entries of others; `Conflict` for a file that is damaged or missing.
pub async fn original(ctx: &Ctx, entry: EntryId, n: usize) -> Result<(Original, Content)> {
    let found = originals(ctx, entry).await?.items.into_iter().find(|original| original.n == n);
    let original = found.ok_or_else(|| {
        Error::not_found(format!("original {n} of entry {entry}"))
            .hint("`journal show ID` says how many originals an entry has")
    })?;
    let (store, id) = (ctx.media(Scope::EntriesRead).await?, original.id);
    let content = tokio::task::spawn_blocking(move || Content::open(&store, id))
        .await
        .map_err(|error| Error::internal("opening an original", error))?
        .map_err(|error| {
            Error::conflict(format!("original {n} of entry {entry} is damaged or missing"))
                .hint("put the media file back from a backup")
                .caused_by(error)
        })?;
    ctx.count(activity::Read::Entry, 1);
    Ok((original, content))
}
