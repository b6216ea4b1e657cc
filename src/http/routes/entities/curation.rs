//! Entity curation routes: merge, split, merge candidates, pair decisions, dismissed names.

use axum::Json;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::entity::{
    DismissedNameList, EntityMergeCandidateList, EntityMergeHistory, EntityMergeResult, EntityMergeUndo,
    EntityPairDecision, EntityPairDecisionList, EntitySplitResult, EntityType,
};
use crate::domain::id::EntityId;
use crate::error::Result;
use crate::http::extract::{PathId, QueryParams, StrictJson, present_or_null};
use crate::http::query::PageQuery;
use crate::http::reply::Created;
use crate::services::entities::{self, PairVerdict};

/// Entities to merge.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EntitiesToMerge")]
pub struct MergeEntitiesRequest {
    /// Entity that is kept.
    survivor_id: EntityId,
    /// Entities merged into it.
    absorbed_ids: Vec<EntityId>,
}

/// Mentions to move, and their new entity: either `into` or `canonical_name`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EntityToSplit")]
pub struct SplitEntityRequest {
    /// Ids of mentions of the entity.
    mention_ids: Vec<i64>,
    /// Existing entity.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "EntityId")]
    into: Option<EntityId>,
    /// Name of a new entity.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "String")]
    canonical_name: Option<String>,
    /// Type of the new entity; defaults to the type of the old one.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "EntityType")]
    entity_type: Option<EntityType>,
}

/// Filter of the merge candidates.
#[derive(Deserialize, JsonSchema)]
pub struct MergeCandidateQuery {
    /// `pending` (default), `accepted` or `dismissed`.
    status: Option<String>,
    /// Maximum number of rows, 1 to 200; out-of-range values are clamped.
    limit: Option<i64>,
}

/// Decision on a merge candidate.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveCandidateRequest {
    /// `accepted` or `dismissed`.
    status: PairVerdict,
}

/// Merge candidate with its new status.
#[derive(Serialize, JsonSchema)]
pub struct ResolveCandidateResponse {
    /// Id of the candidate.
    id: i64,
    /// New status.
    status: PairVerdict,
}

/// Pair of distinct entities.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EntityPair")]
pub struct PairDecisionRequest {
    /// Ids of the two entities.
    entity_ids: (EntityId, EntityId),
}

/// Deletion of a decision.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DecisionWithdrawn")]
pub struct DeleteDecisionResponse {
    /// Id of the decision.
    id: i64,
    /// Always true: a failed deletion is an error.
    deleted: bool,
}

pub async fn merge(ctx: Ctx, StrictJson(both): StrictJson<MergeEntitiesRequest>) -> Result<Json<EntityMergeResult>> {
    entities::merge(&ctx, both.survivor_id, both.absorbed_ids).await.map(Json)
}

pub async fn history(ctx: Ctx, PathId(id): PathId<EntityId>) -> Result<Json<EntityMergeHistory>> {
    entities::merge_history(&ctx, id).await.map(Json)
}

pub async fn undo(ctx: Ctx, PathId(id): PathId<i64>) -> Result<Json<EntityMergeUndo>> {
    entities::undo_merge(&ctx, id).await.map(Json)
}

pub async fn split(
    ctx: Ctx,
    PathId(id): PathId<EntityId>,
    StrictJson(parts): StrictJson<SplitEntityRequest>,
) -> Result<Json<EntitySplitResult>> {
    let SplitEntityRequest { mention_ids, into, canonical_name, entity_type } = parts;
    let split = entities::EntitySplitRequest {
        mentions: mention_ids,
        target_id: into,
        name: canonical_name,
        kind: entity_type,
    };
    entities::split(&ctx, id, split).await.map(Json)
}

pub async fn candidates(
    ctx: Ctx,
    QueryParams(wanted): QueryParams<MergeCandidateQuery>,
) -> Result<Json<EntityMergeCandidateList>> {
    let status = wanted.status.unwrap_or_else(|| "pending".to_owned());
    let limit = wanted.limit.unwrap_or(entities::DEFAULT_PAGE_SIZE);
    entities::list_candidates(&ctx, entities::MergeCandidateFilter { status, limit }).await.map(Json)
}

pub async fn resolve_candidate(
    ctx: Ctx,
    PathId(id): PathId<i64>,
    StrictJson(said): StrictJson<ResolveCandidateRequest>,
) -> Result<Json<ResolveCandidateResponse>> {
    entities::resolve_candidate(&ctx, id, said.status).await?;
    Ok(Json(ResolveCandidateResponse { id, status: said.status }))
}

pub async fn decisions(ctx: Ctx, QueryParams(page): QueryParams<PageQuery>) -> Result<Json<EntityPairDecisionList>> {
    let (limit, offset) = (page.limit.unwrap_or(entities::DEFAULT_PAGE_SIZE), page.offset.unwrap_or(0));
    entities::list_decisions(&ctx, limit, offset).await.map(Json)
}

pub async fn mark_distinct(
    ctx: Ctx,
    StrictJson(pair): StrictJson<PairDecisionRequest>,
) -> Result<Created<EntityPairDecision>> {
    let (one, other) = pair.entity_ids;
    Ok(Created(entities::mark_distinct(&ctx, one, other).await?))
}

pub async fn withdraw_decision(ctx: Ctx, PathId(id): PathId<i64>) -> Result<Json<DeleteDecisionResponse>> {
    entities::withdraw_decision(&ctx, id).await?;
    Ok(Json(DeleteDecisionResponse { id, deleted: true }))
}

pub async fn dismissed(ctx: Ctx) -> Result<Json<DismissedNameList>> {
    entities::list_dismissals(&ctx).await.map(Json)
}

pub async fn delete_dismissal(ctx: Ctx, PathId(id): PathId<i64>) -> Result<Json<DeleteDecisionResponse>> {
    entities::delete_dismissal(&ctx, id).await?;
    Ok(Json(DeleteDecisionResponse { id, deleted: true }))
}
