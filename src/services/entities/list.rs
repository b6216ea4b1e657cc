//! Entities with their mentions and relationships: lookup, and lists by filter and by entry.

use std::collections::BTreeSet;

use crate::app::context::Ctx;
use crate::app::restricted_access::CountsEntries;
use crate::domain::activity::ReadKind;
use crate::domain::entity::{
    EntityDetail, EntityMentionPage, EntityPage, EntityRelationshipList, EntityType, EntryEntities,
};
use crate::domain::id::{EntityId, EntryId};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::entities::limits::clamp_limit;
use crate::services::entities::lookup::{entity_not_found, find_entity};
use crate::services::entities::name_rules::MAX_DESCRIPTION;
use crate::storage::notebook::entities::{self, mentions, queries};
use crate::storage::notebook::entries;

impl CountsEntries for EntryEntities {
    fn entries(&self) -> usize {
        1
    }
}

/// Filter and page of an entity list.
#[derive(Debug, Clone, Default)]
pub struct EntityListQuery {
    /// Only entities of this type; an unknown type matches nothing.
    pub kind: Option<String>,
    /// Only entities with this text in a name or alias, ignoring case.
    pub search: Option<String>,
    /// Rows per page, clamped to 1 to 200.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
}

/// Lists the entities that are not quarantined, by type and name.
///
/// # Errors
/// `Invalid` for a search text that is too long; `Forbidden`.
pub async fn list(ctx: &Ctx, list: EntityListQuery) -> Result<EntityPage> {
    let search = list.search.as_deref().map(str::trim).filter(|search| !search.is_empty()).map(str::to_owned);
    if search.as_ref().is_some_and(|search| search.chars().count() > MAX_DESCRIPTION) {
        return Err(Error::invalid("the search text is too long").hint("use a shorter search text"));
    }
    let (limit, offset) = (clamp_limit(list.limit), list.offset.max(0));
    let kind = list.kind.filter(|kind| !kind.is_empty()).map(|kind| kind.parse::<EntityType>());
    ctx.read(Scope::EntriesRead, move |db| {
        let Ok(kind) = kind.transpose() else { return Ok(EntityPage { items: Vec::new(), total: 0, limit, offset }) };
        let (ids, total) = match search {
            None => (queries::list_page(db, kind, limit, offset)?, queries::count(db, kind)?),
            Some(search) => {
                let all = queries::find_matching(db, kind, &search)?;
                let (skip, take) = (usize::try_from(offset), usize::try_from(limit).unwrap_or_default());
                let page = all.iter().skip(skip.unwrap_or(usize::MAX)).take(take).copied().collect();
                (page, i64::try_from(all.len()).unwrap_or(i64::MAX))
            }
        };
        Ok(EntityPage { items: queries::list_summaries(db, &ids)?, total, limit, offset })
    })
    .await
    .inspect(|_| ctx.record_read(ReadKind::Statistics, 0))
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

/// Returns a page of an entity's mentions, newest first.
///
/// # Errors
/// `NotFound`.
pub async fn list_mentions(ctx: &Ctx, id: EntityId, limit: i64, offset: i64) -> Result<EntityMentionPage> {
    let (limit, offset) = (clamp_limit(limit), offset.max(0));
    let found = ctx.read(Scope::EntriesRead, move |db| {
        entities::find(db, id)?.ok_or_else(|| entity_not_found(id))?;
        let (page, total) = (mentions::page(db, id, limit, offset)?, mentions::count(db, id)?);
        Ok(EntityMentionPage { entity_id: id, mentions: page, total })
    });
    let found = found.await?;
    let entries: BTreeSet<_> = found.mentions.iter().map(|mention| mention.entry_id).collect();
    ctx.record_read(ReadKind::Entry, entries.len());
    Ok(found)
}

/// Returns an entity's outgoing and incoming relationships.
///
/// # Errors
/// `NotFound`.
pub async fn list_relationships(ctx: &Ctx, id: EntityId) -> Result<EntityRelationshipList> {
    let found = ctx.read(Scope::EntriesRead, move |db| {
        entities::find(db, id)?.ok_or_else(|| entity_not_found(id))?;
        let (outgoing, incoming) = (mentions::list_outgoing(db, id)?, mentions::list_incoming(db, id)?);
        Ok(EntityRelationshipList { entity_id: id, outgoing, incoming })
    });
    let found = found.await?;
    let entries: BTreeSet<_> = found.outgoing.iter().chain(&found.incoming).map(|one| one.entry_id).collect();
    ctx.record_read(ReadKind::Entry, entries.len());
    Ok(found)
}
