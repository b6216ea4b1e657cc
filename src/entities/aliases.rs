//! Other names: whose they are, given and taken away.

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::entities::found;
use crate::entities::names;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::entity::Detail;
use crate::model::entity::EntityType;
use crate::model::entity::alias_key;
use crate::model::entity::name_key;
use crate::model::id::EntityId;
use crate::model::scope::Scope;
use crate::storage::notebook::entities::aliases;
use crate::storage::notebook::entities::change;
use crate::storage::notebook::entities::corrections;

/// Whose another name is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AliasOwner")]
pub struct Owner {
    /// Null when it is nobody's.
    pub entity_id: Option<EntityId>,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_name: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_type: Option<EntityType>,
}

/// Says whose another name is, whatever its type.
///
/// # Errors
/// `Invalid` without a name.
pub async fn lookup(ctx: &Ctx, alias: Option<&str>) -> Result<Owner> {
    let alias = alias_key(alias.unwrap_or_default());
    if alias.is_empty() {
        return Err(Error::invalid("'alias' query parameter is required").hint("send `alias`"));
    }
    ctx.read(Scope::EntriesRead, move |db| {
        let owner = aliases::owner(db, &alias)?;
        Ok(match owner {
            None => Owner { entity_id: None, canonical_name: None, entity_type: None },
            Some(one) => Owner { entity_id: Some(one.id), canonical_name: Some(one.name), entity_type: Some(one.kind) },
        })
    })
    .await
}

/// Gives one another name, and returns it; also if it had it.
///
/// # Errors
/// `Invalid` for what is no name; `NotFound`; `Conflict` naming whoever else has it.
pub async fn add_alias(ctx: &Ctx, id: EntityId, alias: &str) -> Result<Detail> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let alias = names::alias(alias)?;
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        let before = found(db, id)?;
        if let Some(other) = aliases::owner_beside(db, &alias, id)? {
            return Err(Error::conflict(format!("that name is entity {}'s already", other.id))
                .code("alias_taken")
                .about("alias", alias)
                .about("existing_entity_id", other.id.0)
                .about("existing_canonical_name", other.name)
                .about("existing_entity_type", other.kind.name())
                .hint("merge the two, or take the name from the other one first"));
        }
        let is_own_name = alias_key(&before.canonical_name) == alias;
        if is_own_name || aliases::add(db, id, &alias, trail.at())?.is_none() {
            return Ok(before);
        }
        corrections::unsay(db, before.entity_type, &name_key(&alias))?;
        change::curate(db, id, trail.at())?;
        trail.curated(db, Action::EntityEdited, id, &["aliases"])?;
        found(db, id)
    })
    .await
}

/// Takes another name from one, and returns it. No run gives it back.
///
/// # Errors
/// `NotFound` for the entity or the name.
pub async fn remove_alias(ctx: &Ctx, id: EntityId, alias: &str) -> Result<Detail> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let alias = alias_key(alias);
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        found(db, id)?;
        if !aliases::remove(db, id, &alias)? {
            return Err(Error::not_found(format!("other name of entity {id}"))
                .hint(format!("`journal entity show {id}` lists its other names")));
        }
        aliases::refuse(db, id, &alias, trail.at())?;
        corrections::unsay_of(db, id, &name_key(&alias))?;
        change::curate(db, id, trail.at())?;
        trail.curated(db, Action::EntityEdited, id, &["aliases"])?;
        found(db, id)
    })
    .await
}
