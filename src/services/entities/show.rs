//! Entity lookups by id and by entry.

use crate::app::context::{CountsEntries, Ctx};
use crate::domain::activity::ReadKind;
use crate::domain::entity::{EntityDetail, EntryEntities};
use crate::domain::id::{EntityId, EntryId};
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::services::entities::find_entity;
use crate::storage::notebook::entities::queries;
use crate::storage::notebook::entries;

impl CountsEntries for EntryEntities {
    fn entries(&self) -> usize {
        1
    }
}

/// Finds an entity.
///
/// # Errors
/// `NotFound`, also for the ids of others.
pub async fn get(ctx: &Ctx, id: EntityId) -> Result<EntityDetail> {
    ctx.read(Scope::EntriesRead, move |db| find_entity(db, id))
        .await
        .inspect(|_| ctx.record_read(ReadKind::Statistics, 0))
}

/// Returns the entities that an entry mentions, including quarantined ones.
///
/// # Errors
/// `NotFound`, also for the entries of others.
pub async fn list_for_entry(ctx: &Ctx, entry: EntryId) -> Result<EntryEntities> {
    ctx.read_restricted(Scope::EntriesRead, ReadKind::Entry, move |db, within| {
        entries::require_exists(db, entry, within)?;
        let items = queries::list_by_entry(db, entry)?;
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Ok(EntryEntities { entry_id: entry, items, total })
    })
    .await
}
