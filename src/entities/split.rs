//! Mentions that are somebody else's.

use std::collections::BTreeSet;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::entities::MAX_AT_ONCE;
use crate::entities::found;
use crate::entities::names;
use crate::entities::refuse_taken;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::entity;
use crate::model::entity::EntityType;
use crate::model::entity::name_key;
use crate::model::id::EntityId;
use crate::model::scope::Scope;
use crate::storage::notebook::entities::change;
use crate::storage::notebook::entities::corrections;
use crate::storage::notebook::entities::corrections::Name;
use crate::storage::notebook::entities::split as rows;

/// Which mentions go where.
#[derive(Debug, Clone)]
pub struct Split {
    /// Numbers of the mentions.
    pub mentions: Vec<i64>,
    /// One that is there; or a name for a new one.
    pub into: Option<EntityId>,
    /// The name of a new one.
    pub name: Option<String>,
    /// Its type, if it is another.
    pub kind: Option<EntityType>,
}

/// Gives mentions of one to another, or to a new one. Later runs over their entries do the same.
///
/// # Errors
/// `Invalid` for no mentions, one named twice, the entity itself, and both or neither of a target and a name; `NotFound` for
/// the entity, the target or a mention that is not the entity's; `Conflict` for a name that is taken. Then nothing is changed.
pub async fn split(ctx: &Ctx, id: EntityId, split: Split) -> Result<entity::Split> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let Split { mentions, into, name, kind } = split;
    let distinct = mentions.iter().collect::<BTreeSet<_>>().len();
    if mentions.is_empty() || mentions.len() > MAX_AT_ONCE || distinct < mentions.len() {
        return Err(Error::invalid("'mention_ids' must be a non-empty list of distinct integers")
            .hint(format!("name 1 to {MAX_AT_ONCE} mentions; each entity lists its own")));
    }
    if into.is_some() == name.is_some() || (into.is_some() && kind.is_some()) {
        return Err(Error::invalid("the mentions go to one that is there, or to a new one")
            .hint("give 'into', or 'canonical_name' and perhaps 'entity_type'"));
    }
    if into == Some(id) {
        return Err(Error::invalid("the mentions are there already").hint("name another entity"));
    }
    let name = name.as_deref().map(|name| names::written(ctx, name)).transpose()?;
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        let at = trail.at();
        let source = found(db, id)?;
        let chosen = rows::chosen(db, id, &mentions)?;
        if let Some(missing) = mentions.iter().find(|wanted| !chosen.iter().any(|one| one.id == **wanted)) {
            return Err(Error::not_found(format!("mention of entity {id}: {missing}"))
                .hint(format!("`journal entity show {id}` lists its mentions")));
        }
        let target = match (into, &name) {
            (Some(target), _) => found(db, target)?.id,
            (None, name) => {
                let (kind, name) = (kind.unwrap_or(source.entity_type), name.as_deref().unwrap_or_default());
                refuse_taken(db, kind, name, None)?;
                change::add(db, kind, name, at)?
            }
        };
        for one in &chosen {
            let key = name_key(if one.name.is_empty() { &source.canonical_name } else { &one.name });
            let name = Name { kind: source.entity_type, key: &key, entry: Some(one.entry) };
            corrections::say(db, name, Some(target), at)?;
            rows::move_mention(db, one.id, target)?;
        }
        let mut ends = 0;
        for entry in chosen.iter().map(|one| one.entry).collect::<BTreeSet<_>>() {
            ends += rows::move_relationships(db, entry, id, target)?;
        }
        for one in [id, target] {
            change::see_anew(db, one)?;
            change::curate(db, one, at)?;
        }
        trail.curated(db, Action::EntitySplit, id, &[&format!("entity:{target}")])?;
        Ok(entity::Split {
            source: found(db, id)?,
            target: found(db, target)?,
            mentions_moved: i64::try_from(chosen.len()).unwrap_or(i64::MAX),
            relationships_moved: i64::try_from(ends).unwrap_or(i64::MAX),
        })
    })
    .await
}
