//! Merge candidates: pairs of entities that extraction found similar.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::activity::ReadKind;
use crate::domain::audit::AuditAction;
use crate::domain::entity::{self, EntityMergeCandidate, EntitySummary};
use crate::domain::id::EntityId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::entities::limits::clamp_limit;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::{merge_candidates, queries};

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
pub async fn list_candidates(ctx: &Ctx, wanted: MergeCandidateFilter) -> Result<entity::EntityMergeCandidateList> {
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
        Ok(entity::EntityMergeCandidateList { items, total: merge_candidates::count_candidates(db, &wanted.status)? })
    })
    .await
    .inspect(|_| ctx.record_read(ReadKind::Statistics, 0))
}

/// Returns the summaries of both entities; `None` if either does not exist.
pub(super) fn pair_summaries(
    db: &NotebookDb<'_>,
    pair: (EntityId, EntityId),
) -> Result<Option<(EntitySummary, EntitySummary)>> {
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
        trail.entity_changed(db, AuditAction::EntityEdited, pair.0, &["pair", &format!("entity:{}", pair.1)])
    })
    .await
}
