//! Entity aliases: look up, add and remove.

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::entity::{EntityDetail, EntityType, alias_key, name_key};
use crate::domain::id::EntityId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::entities::lookup::find_entity;
use crate::services::entities::name_rules;
use crate::storage::notebook::entities::{EntityName, aliases, corrections, edit};

/// The entity that has an alias.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "AliasOwner")]
pub struct AliasOwner {
    /// Null if no entity has it.
    pub entity_id: Option<EntityId>,
    /// Its canonical name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_name: Option<String>,
    /// Its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_type: Option<EntityType>,
}

/// Finds the entity of any type that has an alias.
///
/// # Errors
/// `Invalid` without an alias.
pub async fn lookup_alias(ctx: &Ctx, alias: Option<&str>) -> Result<AliasOwner> {
    let alias = alias_key(alias.unwrap_or_default());
    if alias.is_empty() {
        return Err(Error::invalid("'alias' query parameter is required").hint("send `alias`"));
    }
    ctx.read(Scope::EntriesRead, move |db| {
        let to_owner = |one: EntityName| AliasOwner {
            entity_id: Some(one.id),
            canonical_name: Some(one.name),
            entity_type: Some(one.kind),
        };
        Ok(aliases::find_owner(db, &alias)?.map_or_else(AliasOwner::default, to_owner))
    })
    .await
}

/// Adds an alias and returns the entity; does nothing if the entity has it already.
///
/// # Errors
/// `Invalid` for a malformed alias; `NotFound`; `Conflict` naming another entity that has it.
pub async fn add_alias(ctx: &Ctx, id: EntityId, alias: &str) -> Result<EntityDetail> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let alias = name_rules::normalize_alias(alias)?;
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        let before = find_entity(db, id)?;
        if let Some(other) = aliases::find_other_owner(db, &alias, id)? {
            return Err(Error::conflict(format!("entity {} already has that alias", other.id))
                .code("alias_taken")
                .with_detail("alias", alias)
                .with_detail("existing_entity_id", other.id.0)
                .with_detail("existing_canonical_name", other.name)
                .with_detail("existing_entity_type", other.kind.name())
                .hint("merge the two, or remove the alias from the other entity first"));
        }
        let is_own_name = alias_key(&before.canonical_name) == alias;
        if is_own_name || aliases::add(db, id, &alias, trail.at())?.is_none() {
            return Ok(before);
        }
        corrections::remove(db, before.entity_type, &name_key(&alias))?;
        edit::mark_curated(db, id, trail.at())?;
        trail.entity_changed(db, AuditAction::EntityEdited, id, &["aliases"])?;
        find_entity(db, id)
    })
    .await
}

/// Removes an alias and returns the entity. Extraction does not add the alias again.
///
/// # Errors
/// `NotFound` for the entity or the alias.
pub async fn remove_alias(ctx: &Ctx, id: EntityId, alias: &str) -> Result<EntityDetail> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let alias = alias_key(alias);
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        find_entity(db, id)?;
        if !aliases::remove(db, id, &alias)? {
            return Err(Error::not_found(format!("alias of entity {id}"))
                .hint(format!("`journal entity show {id}` lists its aliases")));
        }
        aliases::refuse(db, id, &alias, trail.at())?;
        corrections::remove_for_entity(db, id, &name_key(&alias))?;
        edit::mark_curated(db, id, trail.at())?;
        trail.entity_changed(db, AuditAction::EntityEdited, id, &["aliases"])?;
        find_entity(db, id)
    })
    .await
}
