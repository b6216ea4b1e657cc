//! Entity split: moves mentions to another entity.

use std::collections::BTreeSet;

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::entity::{self, EntityType, name_key};
use crate::domain::id::EntityId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::entities::limits::MAX_BULK_ITEMS;
use crate::services::entities::lookup::{expect_name_free, find_entity};
use crate::services::entities::name_rules;
use crate::storage::notebook::entities::corrections::{self, CorrectedName};
use crate::storage::notebook::entities::{edit, split as rows};

/// Mentions to move and their target.
#[derive(Debug, Clone)]
pub struct EntitySplitRequest {
    /// Ids of the mentions.
    pub mentions: Vec<i64>,
    /// An existing entity as the target; excludes `name`.
    pub target_id: Option<EntityId>,
    /// Name of a new entity as the target.
    pub name: Option<String>,
    /// Type of the new entity; by default that of the source.
    pub kind: Option<EntityType>,
}

/// Moves mentions to an existing or a new entity. Later extraction of their entries assigns them the same way.
///
/// # Errors
/// `Invalid` for no mentions, a duplicate, the source itself as the target, and both or neither of a target and a
/// name; `NotFound` for the source, the target, or a mention of another entity; `Conflict` for a name that is taken.
/// Nothing is changed then.
pub async fn split(ctx: &Ctx, id: EntityId, split: EntitySplitRequest) -> Result<entity::EntitySplitResult> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let EntitySplitRequest { mentions, target_id: into, name, kind } = split;
    let distinct = mentions.iter().collect::<BTreeSet<_>>().len();
    if mentions.is_empty() || mentions.len() > MAX_BULK_ITEMS || distinct < mentions.len() {
        return Err(Error::invalid("'mention_ids' must be a non-empty list of distinct integers")
            .hint(format!("send 1 to {MAX_BULK_ITEMS} distinct mention ids of the entity")));
    }
    if into.is_some() == name.is_some() || (into.is_some() && kind.is_some()) {
        return Err(Error::invalid("the target must be either an existing entity or a new one")
            .hint("send 'into', or 'canonical_name' with an optional 'entity_type'"));
    }
    if into == Some(id) {
        return Err(Error::invalid("the target is the source entity").hint("choose another entity"));
    }
    let name = name.as_deref().map(|name| name_rules::normalize_name(ctx, name)).transpose()?;
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        let at = trail.at();
        let source = find_entity(db, id)?;
        let chosen = rows::find_mentions(db, id, &mentions)?;
        if let Some(missing) = mentions.iter().find(|wanted| !chosen.iter().any(|one| one.id == **wanted)) {
            return Err(Error::not_found(format!("mention of entity {id}: {missing}"))
                .hint(format!("`journal entity show {id}` lists its mentions")));
        }
        let target = match (into, &name) {
            (Some(target), _) => find_entity(db, target)?.id,
            (None, name) => {
                let (kind, name) = (kind.unwrap_or(source.entity_type), name.as_deref().unwrap_or_default());
                expect_name_free(db, kind, name, None)?;
                edit::add(db, kind, name, at)?
            }
        };
        for one in &chosen {
            let key = name_key(if one.name.is_empty() { &source.canonical_name } else { &one.name });
            let name = CorrectedName { kind: source.entity_type, key: &key, entry: Some(one.entry) };
            corrections::set(db, name, Some(target), at)?;
            rows::move_mention(db, one.id, target)?;
        }
        let mut ends = 0;
        for entry in chosen.iter().map(|one| one.entry).collect::<BTreeSet<_>>() {
            ends += rows::move_relationships(db, entry, id, target)?;
        }
        for one in [id, target] {
            edit::recompute_first_seen(db, one)?;
            edit::mark_curated(db, one, at)?;
        }
        trail.entity_changed(db, AuditAction::EntitySplit, id, &[&format!("entity:{target}")])?;
        Ok(entity::EntitySplitResult {
            source: find_entity(db, id)?,
            target: find_entity(db, target)?,
            mentions_moved: i64::try_from(chosen.len()).unwrap_or(i64::MAX),
            relationships_moved: i64::try_from(ends).unwrap_or(i64::MAX),
        })
    })
    .await
}
