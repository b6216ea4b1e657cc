//! Names that were told to be nothing, and may be something after all.

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::entity::Dismissal;
use crate::model::entity::Dismissals;
use crate::model::entity::EntityType;
use crate::model::entity::name_key;
use crate::model::scope::Scope;
use crate::storage::notebook::entities::corrections;

/// Lists the names that were told to be nothing.
///
/// # Errors
/// `Forbidden`.
pub async fn dismissed(ctx: &Ctx) -> Result<Dismissals> {
    ctx.read(Scope::EntriesRead, |db| {
        let items = corrections::dismissed(db)?;
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Ok(Dismissals { items, total })
    })
    .await
}

/// Lets a run make something of a name again, by the number of what was told of it.
///
/// # Errors
/// `NotFound`.
pub async fn allow(ctx: &Ctx, id: i64) -> Result<()> {
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        if !corrections::allow(db, id)? {
            return Err(absent());
        }
        trail.names_allowed(db)
    })
    .await
}

/// Lets runs make something of a name again, of one type or of all; returns what was told of it.
///
/// # Errors
/// `NotFound` when nothing was.
pub async fn allow_name(ctx: &Ctx, name: &str, kind: Option<EntityType>) -> Result<Vec<Dismissal>> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let (trail, key) = (Trail::of(ctx), name_key(name));
    ctx.write(Scope::EntriesWrite, move |db| {
        let mut told = corrections::dismissed(db)?;
        told.retain(|one| one.name == key && kind.is_none_or(|kind| kind == one.entity_type));
        if told.is_empty() {
            return Err(absent());
        }
        for one in &told {
            corrections::allow(db, one.id)?;
        }
        trail.names_allowed(db)?;
        Ok(told)
    })
    .await
}

fn absent() -> Error {
    Error::not_found("dismissed name").hint("`journal entity list --dismissed` shows those there are")
}
