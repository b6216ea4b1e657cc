//! Where entries speak of one, and what they say of it and others.

use std::collections::BTreeSet;

use crate::ctx::Ctx;
use crate::entities::limited;
use crate::entities::missing;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::entity::Mentions;
use crate::model::entity::Relationships;
use crate::model::id::EntityId;
use crate::model::scope::Scope;
use crate::storage::notebook::entities;

/// Returns a page of mentions, newest first.
///
/// # Errors
/// `NotFound`.
pub async fn mentions(ctx: &Ctx, id: EntityId, limit: i64, offset: i64) -> Result<Mentions> {
    let (limit, offset) = (limited(limit), offset.max(0));
    let found = ctx.read(Scope::EntriesRead, move |db| {
        entities::find(db, id)?.ok_or_else(|| missing(id))?;
        let mentions = entities::mentions::page(db, id, limit, offset)?;
        Ok(Mentions { entity_id: id, mentions, total: entities::mentions::count(db, id)? })
    });
    let found = found.await?;
    let entries: BTreeSet<_> = found.mentions.iter().map(|mention| mention.entry_id).collect();
    ctx.count(Read::Entry, entries.len());
    Ok(found)
}

/// Returns what entries say of one and others.
///
/// # Errors
/// `NotFound`.
pub async fn relationships(ctx: &Ctx, id: EntityId) -> Result<Relationships> {
    let found = ctx.read(Scope::EntriesRead, move |db| {
        entities::find(db, id)?.ok_or_else(|| missing(id))?;
        let (outgoing, incoming) = (entities::mentions::outgoing(db, id)?, entities::mentions::incoming(db, id)?);
        Ok(Relationships { entity_id: id, outgoing, incoming })
    });
    let found = found.await?;
    let entries: BTreeSet<_> = found.outgoing.iter().chain(&found.incoming).map(|one| one.entry_id).collect();
    ctx.count(Read::Entry, entries.len());
    Ok(found)
}
