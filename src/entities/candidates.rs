//! Pairs that may be one, as runs found them.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::entities::limited;
use crate::error::Error;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::audit::Action;
use crate::model::entity;
use crate::model::entity::Candidate;
use crate::model::entity::Summary;
use crate::model::id::EntityId;
use crate::model::scope::Scope;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::pairs;
use crate::storage::notebook::entities::shown;

/// Which pairs to list.
#[derive(Debug, Clone)]
pub struct Candidates {
    /// `pending`, `accepted` or `dismissed`; there are none of another.
    pub status: String,
    /// Rows, 1 to 200; what lies outside is moved to the nearest.
    pub limit: i64,
}

/// What becomes of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PairVerdict")]
pub enum Verdict {
    /// It is one; merging is an act of its own.
    Accepted,
    /// It is two, for good.
    Dismissed,
}

impl Verdict {
    const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
        }
    }
}

/// Lists pairs that may be one, most alike first.
///
/// # Errors
/// `Forbidden`.
pub async fn candidates(ctx: &Ctx, wanted: Candidates) -> Result<entity::Candidates> {
    let limit = limited(wanted.limit);
    ctx.read(Scope::EntriesRead, move |db| {
        let mut items = Vec::new();
        for found in pairs::candidates(db, &wanted.status, limit)? {
            let Some((entity_a, entity_b)) = both(db, found.pair)? else { continue };
            items.push(Candidate {
                id: found.id,
                entity_a,
                entity_b,
                similarity: found.similarity,
                status: found.status,
                extraction_run_id: found.run,
                created_at: found.created_at,
            });
        }
        Ok(entity::Candidates { items, total: pairs::candidate_count(db, &wanted.status)? })
    })
    .await
    .inspect(|_| ctx.count(Read::Statistics, 0))
}

/// Returns both of a pair.
pub(super) fn both(db: &NotebookDb<'_>, pair: (EntityId, EntityId)) -> Result<Option<(Summary, Summary)>> {
    let mut found = shown::summaries(db, &[pair.0, pair.1])?.into_iter();
    Ok(found.next().zip(found.next()))
}

/// Decides on a pair that is still to be decided. A dismissed one is not found again; an accepted one is only marked.
///
/// # Errors
/// `NotFound`, also for one that was decided.
pub async fn resolve(ctx: &Ctx, id: i64, verdict: Verdict) -> Result<()> {
    let trail = Trail::of(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        let pair = pairs::resolve(db, id, verdict.name(), trail.at())?.ok_or_else(|| {
            Error::not_found("merge candidate").hint("`journal entity list --candidates` shows those to be decided")
        })?;
        if verdict == Verdict::Dismissed {
            pairs::reject(db, pair, trail.at())?;
        }
        trail.curated(db, Action::EntityEdited, pair.0, &["pair", &format!("entity:{}", pair.1)])
    })
    .await
}
