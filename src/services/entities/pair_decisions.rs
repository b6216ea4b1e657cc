//! Owner decisions that two entities are distinct.

use crate::app::context::Ctx;
use crate::domain::activity::ReadKind;
use crate::domain::audit::AuditAction;
use crate::domain::entity::{EntityPairDecision, EntityPairDecisionList};
use crate::domain::id::EntityId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::entities::candidates::pair_summaries;
use crate::services::entities::limits::clamp_limit;
use crate::services::entities::lookup::entity_not_found;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::{self, merge_candidates};

/// Lists the pairs marked as distinct, newest first.
///
/// # Errors
/// `Forbidden`.
pub async fn list_decisions(ctx: &Ctx, limit: i64, offset: i64) -> Result<EntityPairDecisionList> {
    let (limit, offset) = (clamp_limit(limit), offset.max(0));
    ctx.read(Scope::EntriesRead, move |db| {
        let mut items = Vec::new();
        for found in merge_candidates::list_decisions(db, limit, offset)? {
            items.extend(with_summaries(db, found)?);
        }
        Ok(EntityPairDecisionList { items, total: merge_candidates::count_decisions(db)? })
    })
    .await
    .inspect(|_| ctx.record_read(ReadKind::Statistics, 0))
}

fn with_summaries(db: &NotebookDb<'_>, found: merge_candidates::PairDecisionRow) -> Result<Option<EntityPairDecision>> {
    Ok(pair_summaries(db, found.pair)?.map(|(entity_a, entity_b)| EntityPairDecision {
        id: found.id,
        entity_a,
        entity_b,
        decision: found.verdict,
        decided_at: found.decided_at,
    }))
}

/// Marks two entities as distinct, so that they are not proposed as a merge candidate again.
///
/// # Errors
/// `Invalid` for twice the same entity; `NotFound`.
pub async fn mark_distinct(ctx: &Ctx, one: EntityId, other: EntityId) -> Result<EntityPairDecision> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    if one == other {
        return Err(Error::invalid("an entity is not distinct from itself").hint("name two entities"));
    }
    let pair = (one.min(other), one.max(other));
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        for id in [one, other] {
            entities::find(db, id)?.ok_or_else(|| entity_not_found(id))?;
        }
        merge_candidates::dismiss(db, pair, trail.at())?;
        let decided = merge_candidates::reject(db, pair, trail.at())?;
        trail.entity_changed(db, AuditAction::EntityEdited, pair.0, &["pair", &format!("entity:{}", pair.1)])?;
        with_summaries(db, decided)?.ok_or_else(|| entity_not_found(one))
    })
    .await
}

/// Withdraws a decision; a candidate of the pair becomes pending again.
///
/// # Errors
/// `NotFound`.
pub async fn withdraw_decision(ctx: &Ctx, id: i64) -> Result<()> {
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        let pair = merge_candidates::withdraw(db, id)?.ok_or_else(|| {
            Error::not_found("decision").hint("`journal entity list --different` shows the pairs marked as distinct")
        })?;
        merge_candidates::reopen(db, pair, trail.at())?;
        trail.entity_changed(db, AuditAction::EntityEdited, pair.0, &["pair", &format!("entity:{}", pair.1)])
    })
    .await
}
