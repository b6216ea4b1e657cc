//! What is nothing, and is not to be made again.

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::entities::MAX_AT_ONCE;
use crate::entities::found;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::entity::Detail;
use crate::model::entity::EntityType;
use crate::model::entity::name_key;
use crate::model::id::EntityId;
use crate::model::scope::Scope;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities;
use crate::storage::notebook::entities::aliases;
use crate::storage::notebook::entities::change;
use crate::storage::notebook::entities::corrections;
use crate::storage::notebook::entities::corrections::Name;

/// What a deletion removed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EntitiesDeleted")]
pub struct Deleted {
    /// Always true: a failed deletion is an error.
    pub deleted: bool,
    /// The entities.
    pub ids: Vec<EntityId>,
}

/// Deletes some with their mentions: all of them, or none when one is missing. No run makes them again under their names.
///
/// # Errors
/// `Invalid` for too many; `NotFound` naming the first missing one.
pub async fn delete(ctx: &Ctx, ids: Vec<EntityId>) -> Result<Deleted> {
    if ids.len() > MAX_AT_ONCE {
        return Err(Error::invalid(format!("at most {MAX_AT_ONCE} are deleted at once")).hint("name fewer"));
    }
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        for &id in &ids {
            let before = found(db, id)?;
            dismiss(db, &before, trail.at())?;
            change::remove(db, id)?;
            trail.curated(db, Action::EntityDeleted, id, &[])?;
        }
        Ok(Deleted { deleted: true, ids })
    })
    .await
}

/// Notes that its names stand for nothing, but for those that another of the type has too.
fn dismiss(db: &NotebookDb<'_>, gone: &Detail, at: &str) -> Result<()> {
    corrections::hand_over(db, gone.id, None)?;
    let names = std::iter::once(&gone.canonical_name).chain(&gone.aliases);
    for key in names.map(|name| name_key(name)) {
        if is_anothers(db, gone.entity_type, &key, gone.id)? {
            corrections::unsay(db, gone.entity_type, &key)?;
        } else {
            corrections::say(db, Name::everywhere(gone.entity_type, &key), None, at)?;
        }
    }
    Ok(())
}

fn is_anothers(db: &NotebookDb<'_>, kind: EntityType, key: &str, own: EntityId) -> Result<bool> {
    let named = entities::of_type(db, kind)?.iter().any(|one| one.id != own && name_key(&one.name) == key);
    Ok(named || aliases::owner_beside(db, key, own)?.is_some_and(|other| other.kind == kind))
}
