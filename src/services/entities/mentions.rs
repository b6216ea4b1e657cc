//! Mentions and relationships of one entity.

use std::collections::BTreeSet;

use crate::app::context::Ctx;
use crate::domain::activity::ReadKind;
use crate::domain::entity::{EntityMentionPage, EntityRelationshipList};
use crate::domain::id::EntityId;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::services::entities::limits::clamp_limit;
use crate::services::entities::lookup::entity_not_found;
use crate::storage::notebook::entities;

/// Returns a page of an entity's mentions, newest first.
///
/// # Errors
/// `NotFound`.
pub async fn list_mentions(ctx: &Ctx, id: EntityId, limit: i64, offset: i64) -> Result<EntityMentionPage> {
    let (limit, offset) = (clamp_limit(limit), offset.max(0));
    let found = ctx.read(Scope::EntriesRead, move |db| {
        entities::find(db, id)?.ok_or_else(|| entity_not_found(id))?;
        let mentions = entities::mentions::page(db, id, limit, offset)?;
        Ok(EntityMentionPage { entity_id: id, mentions, total: entities::mentions::count(db, id)? })
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
        let (outgoing, incoming) =
            (entities::mentions::list_outgoing(db, id)?, entities::mentions::list_incoming(db, id)?);
        Ok(EntityRelationshipList { entity_id: id, outgoing, incoming })
    });
    let found = found.await?;
    let entries: BTreeSet<_> = found.outgoing.iter().chain(&found.incoming).map(|one| one.entry_id).collect();
    ctx.record_read(ReadKind::Entry, entries.len());
    Ok(found)
}
