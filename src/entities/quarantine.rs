//! Set aside, and taken back: the latter by the owner alone.

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::entities::found;
use crate::entities::names;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::audit::Action;
use crate::model::entity::Detail;
use crate::model::entity::Details;
use crate::model::id::EntityId;
use crate::model::scope::Scope;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::change;
use crate::storage::notebook::entities::shown;

/// Returns all that are set aside.
///
/// # Errors
/// `Forbidden`.
pub async fn quarantined(ctx: &Ctx) -> Result<Details> {
    ctx.read(Scope::EntriesRead, |db| {
        let items = shown::details(db, &shown::quarantined(db)?)?;
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Ok(Details { items, total })
    })
    .await
    .inspect(|_| ctx.count(Read::Statistics, 0))
}

/// Sets one aside: it is no longer listed or counted. Doing it again tells the reason anew.
///
/// # Errors
/// `Invalid` for an endless reason; `NotFound`.
pub async fn quarantine(ctx: &Ctx, id: EntityId, reason: &str) -> Result<Detail> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let reason = names::text("reason", reason)?;
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        found(db, id)?;
        change::quarantine(db, id, &reason, trail.at())?;
        curated(db, &trail, id)
    })
    .await
}

/// Takes one back among the others. No run sets it aside again.
///
/// # Errors
/// `NotFound`.
pub async fn release(ctx: &Ctx, id: EntityId) -> Result<Detail> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        found(db, id)?;
        change::release(db, id)?;
        curated(db, &trail, id)
    })
    .await
}

fn curated(db: &NotebookDb<'_>, trail: &Trail, id: EntityId) -> Result<Detail> {
    change::curate(db, id, trail.at())?;
    trail.curated(db, Action::EntityEdited, id, &["is_quarantined"])?;
    found(db, id)
}
