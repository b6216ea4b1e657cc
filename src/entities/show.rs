//! One of them, and those of one entry.

use crate::ctx::Ctx;
use crate::ctx::HandsOut;
use crate::entities::found;
use crate::error::Error;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::entity::Detail;
use crate::model::entity::OfEntry;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::model::scope::Scope;
use crate::storage::notebook::entities::shown;
use crate::storage::notebook::entries;

impl HandsOut for OfEntry {
    fn entries(&self) -> usize {
        1
    }
}

/// Finds one.
///
/// # Errors
/// `NotFound`, also for the ids of others.
pub async fn get(ctx: &Ctx, id: EntityId) -> Result<Detail> {
    ctx.read(Scope::EntriesRead, move |db| found(db, id)).await.inspect(|_| ctx.count(Read::Statistics, 0))
}

/// Returns whom and what an entry mentions, those that are set aside included.
///
/// # Errors
/// `NotFound`, also for the entries of others.
pub async fn of_entry(ctx: &Ctx, entry: EntryId) -> Result<OfEntry> {
    ctx.read_within(Scope::EntriesRead, Read::Entry, move |db, within| {
        if !entries::lies_within(db, entry, within)? {
            return Err(Error::not_found(format!("entry: {entry}")).hint("`journal list` shows the entries there are"));
        }
        let items = shown::of_entry(db, entry)?;
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Ok(OfEntry { entry_id: entry, items, total })
    })
    .await
}
