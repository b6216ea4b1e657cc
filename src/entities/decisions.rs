//! Pairs that are two, as their owner said.

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::entities::candidates::both;
use crate::entities::limited;
use crate::entities::missing;
use crate::error::Error;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::audit::Action;
use crate::model::entity::Decision;
use crate::model::entity::Decisions;
use crate::model::id::EntityId;
use crate::model::scope::Scope;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities;
use crate::storage::notebook::entities::pairs;

/// Lists pairs that were told to be two, newest first.
///
/// # Errors
/// `Forbidden`.
pub async fn decisions(ctx: &Ctx, limit: i64, offset: i64) -> Result<Decisions> {
    let (limit, offset) = (limited(limit), offset.max(0));
    ctx.read(Scope::EntriesRead, move |db| {
        let mut items = Vec::new();
        for found in pairs::decisions(db, limit, offset)? {
            items.extend(shown(db, found)?);
        }
        Ok(Decisions { items, total: pairs::decision_count(db)? })
    })
    .await
    .inspect(|_| ctx.count(Read::Statistics, 0))
}

fn shown(db: &NotebookDb<'_>, found: pairs::Decision) -> Result<Option<Decision>> {
    Ok(both(db, found.pair)?.map(|(entity_a, entity_b)| Decision {
        id: found.id,
        entity_a,
        entity_b,
        decision: found.verdict,
        decided_at: found.decided_at,
    }))
}

/// Says that two are two, so that they are not found as a pair again.
///
/// # Errors
/// `Invalid` for one and itself; `NotFound`.
pub async fn differ(ctx: &Ctx, one: EntityId, other: EntityId) -> Result<Decision> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    if one == other {
        return Err(Error::invalid("nothing differs from itself").hint("name two"));
    }
    let pair = (one.min(other), one.max(other));
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        for id in [one, other] {
            entities::find(db, id)?.ok_or_else(|| missing(id))?;
        }
        pairs::dismiss(db, pair, trail.at())?;
        let decided = pairs::reject(db, pair, trail.at())?;
        trail.curated(db, Action::EntityEdited, pair.0, &["pair", &format!("entity:{}", pair.1)])?;
        shown(db, decided)?.ok_or_else(|| missing(one))
    })
    .await
}

/// Takes back that a pair is two; if a run found it before, it is to be decided again.
///
/// # Errors
/// `NotFound`.
pub async fn withdraw(ctx: &Ctx, id: i64) -> Result<()> {
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        let pair = pairs::withdraw(db, id)?.ok_or_else(|| {
            Error::not_found("decision")
                .hint("`journal entity list --different` shows the pairs that were told to be two")
        })?;
        pairs::reopen(db, pair, trail.at())?;
        trail.curated(db, Action::EntityEdited, pair.0, &["pair", &format!("entity:{}", pair.1)])
    })
    .await
}
