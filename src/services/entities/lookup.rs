//! Lookup of an entity by id, and the rule that a name is unique within its type.

use crate::domain::entity::{EntityDetail, EntityType, name_key};
use crate::domain::id::EntityId;
use crate::error::{Error, Result};
use crate::storage::notebook::{NotebookDb, entities};

/// Finds an entity.
///
/// # Errors
/// `NotFound`.
pub(super) fn find_entity(db: &NotebookDb<'_>, id: EntityId) -> Result<EntityDetail> {
    entities::queries::list_details(db, &[id])?.pop().ok_or_else(|| entity_not_found(id))
}

/// Returns the error for an unknown entity.
pub(super) fn entity_not_found(id: EntityId) -> Error {
    Error::not_found(format!("entity: {id}")).hint("`journal entity list` shows the entities")
}

/// Refuses a name that another entity of the type has, ignoring case.
pub(super) fn expect_name_free(db: &NotebookDb<'_>, kind: EntityType, name: &str, own: Option<EntityId>) -> Result<()> {
    let key = name_key(name);
    let others = entities::list_by_type(db, kind)?;
    match others.into_iter().find(|other| Some(other.id) != own && name_key(&other.name) == key) {
        None => Ok(()),
        Some(other) => Err(name_taken_error(&other)),
    }
}

/// Returns the error for a name that another entity of the type has.
pub(super) fn name_taken_error(other: &entities::EntityName) -> Error {
    Error::conflict(format!("the name is taken by another {}: entity {}", other.kind, other.id))
        .code("entity_name_taken")
        .with_detail("existing_entity_id", other.id.0)
        .with_detail("existing_canonical_name", other.name.clone())
        .with_detail("existing_entity_type", other.kind.name())
        .hint("merge the two entities, or choose another name")
}
