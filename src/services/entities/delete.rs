//! Entity deletion; the names are dismissed for later extraction.

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::entity::{EntityDetail, EntityType, name_key};
use crate::domain::id::EntityId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::entities::limits::MAX_BULK_ITEMS;
use crate::services::entities::lookup::find_entity;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::corrections::{self, CorrectedName};
use crate::storage::notebook::entities::{self, aliases, edit};

/// Result of a deletion.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EntitiesDeleted")]
pub struct EntityDeleteResponse {
    /// Always true: a failed deletion is an error.
    pub deleted: bool,
    /// Ids of the deleted entities.
    pub ids: Vec<EntityId>,
}

/// Deletes entities with their mentions, all or none. Extraction does not create them again under their names.
///
/// # Errors
/// `Invalid` for too many ids; `NotFound` naming the first missing one.
pub async fn delete(ctx: &Ctx, ids: Vec<EntityId>) -> Result<EntityDeleteResponse> {
    if ids.len() > MAX_BULK_ITEMS {
        return Err(
            Error::invalid(format!("at most {MAX_BULK_ITEMS} ids are allowed per request")).hint("send fewer ids")
        );
    }
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        for &id in &ids {
            let before = find_entity(db, id)?;
            dismiss_names(db, &before, trail.at())?;
            edit::remove(db, id)?;
            trail.entity_changed(db, AuditAction::EntityDeleted, id, &[])?;
        }
        Ok(EntityDeleteResponse { deleted: true, ids })
    })
    .await
}

/// Dismisses the entity's names, except those that another entity of the type has.
fn dismiss_names(db: &NotebookDb<'_>, entity: &EntityDetail, at: &str) -> Result<()> {
    corrections::redirect(db, entity.id, None)?;
    let names = std::iter::once(&entity.canonical_name).chain(&entity.aliases);
    for key in names.map(|name| name_key(name)) {
        if is_name_of_other(db, entity.entity_type, &key, entity.id)? {
            corrections::remove(db, entity.entity_type, &key)?;
        } else {
            corrections::set(db, CorrectedName::for_all_entries(entity.entity_type, &key), None, at)?;
        }
    }
    Ok(())
}

fn is_name_of_other(db: &NotebookDb<'_>, kind: EntityType, key: &str, own: EntityId) -> Result<bool> {
    let named = entities::list_by_type(db, kind)?.iter().any(|one| one.id != own && name_key(&one.name) == key);
    Ok(named || aliases::find_other_owner(db, key, own)?.is_some_and(|other| other.kind == kind))
}
