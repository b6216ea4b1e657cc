//! Merge candidates: pairs of entities that extraction found similar, and the owner's decisions on pairs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::activity::ReadKind;
use crate::domain::audit::AuditAction;
use crate::domain::entity::{
    EntityMergeCandidate, EntityMergeCandidateList, EntityPairDecision, EntityPairDecisionList, EntitySummary,
};
use crate::domain::id::EntityId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::entities::limits::clamp_limit;
use crate::services::entities::lookup::entity_not_found;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::{self, merge_candidates, queries};

/// Filter of a candidate list.
#[derive(Debug, Clone)]
pub struct MergeCandidateFilter {
    /// `pending`, `accepted` or `dismissed`; any other value matches nothing.
    pub status: String,
    /// Maximum number of rows, clamped to 1 to 200.
    pub limit: i64,
}

/// Decision on a merge candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PairVerdict")]
pub enum PairVerdict {
    /// The same entity; merging is a separate operation.
    Accepted,
    /// Two entities, permanently.
    Dismissed,
}

impl PairVerdict {
    const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
        }
    }
}

/// Lists merge candidates, most similar first.
///
/// # Errors
/// `Forbidden`.
pub async fn list_candidates(ctx: &Ctx, wanted: MergeCandidateFilter) -> Result<EntityMergeCandidateList> {
    let limit = clamp_limit(wanted.limit);
    ctx.read(Scope::EntriesRead, move |db| {
        let mut items = Vec::new();
        for found in merge_candidates::list_candidates(db, &wanted.status, limit)? {
            let Some((entity_a, entity_b)) = pair_summaries(db, found.pair)? else { continue };
            items.push(EntityMergeCandidate {
                id: found.id,
                entity_a,
                entity_b,
                similarity: found.similarity,
                status: found.status,
                extraction_run_id: found.run,
                created_at: found.created_at,
            });
        }
        Ok(EntityMergeCandidateList { items, total: merge_candidates::count_candidates(db, &wanted.status)? })
    })
    .await
    .inspect(|_| ctx.record_read(ReadKind::Statistics, 0))
}

/// Returns the summaries of both entities; `None` if either does not exist.
fn pair_summaries(db: &NotebookDb<'_>, pair: (EntityId, EntityId)) -> Result<Option<(EntitySummary, EntitySummary)>> {
    let mut found = queries::list_summaries(db, &[pair.0, pair.1])?.into_iter();
    Ok(found.next().zip(found.next()))
}

/// Decides a pending candidate. A dismissed pair is not proposed again; an accepted one is only marked.
///
/// # Errors
/// `NotFound`, also for a candidate that is decided already.
pub async fn resolve_candidate(ctx: &Ctx, id: i64, verdict: PairVerdict) -> Result<()> {
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        let pair = merge_candidates::resolve(db, id, verdict.name(), trail.at())?.ok_or_else(|| {
            Error::not_found("merge candidate").hint("`journal entity list --candidates` shows the pending candidates")
        })?;
        if verdict == PairVerdict::Dismissed {
            merge_candidates::reject(db, pair, trail.at())?;
        }
        record_decision(db, &trail, pair)
    })
    .await
}

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
        record_decision(db, &trail, pair)?;
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
        record_decision(db, &trail, pair)
    })
    .await
}

fn record_decision(db: &NotebookDb<'_>, trail: &AuditRecorder, pair: (EntityId, EntityId)) -> Result<()> {
    trail.entity_changed(db, AuditAction::EntityEdited, pair.0, &["pair", &format!("entity:{}", pair.1)])
}
