//! Entity curation routes: merge, split, merge candidates, pair decisions, dismissed names.

use axum::Json;
use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::entity::{
    DismissedNameList, EntityMergeCandidateList, EntityMergeHistory, EntityMergeResult, EntityMergeUndo,
    EntityPairDecision, EntityPairDecisionList, EntitySplitResult, EntityType,
};
use crate::domain::id::EntityId;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::http::extract::{PathId, QueryParams, StrictJson, present_or_null};
use crate::http::route::{HttpRoute, RouteAccess};
use crate::services::entities::{self, PairVerdict};

pub(super) fn routes() -> Vec<HttpRoute> {
    let (reads, writes) = (RouteAccess::Requires(Scope::EntriesRead), RouteAccess::Requires(Scope::EntriesWrite));
    let (get, post, delete) = (Method::GET, Method::POST, Method::DELETE);
    vec![
        HttpRoute::new(post.clone(), "/api/entities/merge", writes, "Merges entities into one", merge)
            .body::<MergeEntitiesRequest>()
            .replies::<EntityMergeResult>(200)
            .errors(&[404]),
        HttpRoute::new(
            get.clone(),
            "/api/entities/{id}/merge-history",
            reads,
            "Lists the merges into an entity",
            history,
        )
        .replies::<EntityMergeHistory>(200),
        HttpRoute::new(post.clone(), "/api/entities/merge-history/{id}/undo", writes, "Undoes a merge", undo)
            .replies::<EntityMergeUndo>(200)
            .errors(&[409]),
        HttpRoute::new(
            post.clone(),
            "/api/entities/{id}/split",
            writes,
            "Moves mentions of an entity to another",
            split,
        )
        .body::<SplitEntityRequest>()
        .replies::<EntitySplitResult>(200)
        .errors(&[409]),
        HttpRoute::new(get.clone(), "/api/entities/merge-candidates", reads, "Lists possible duplicates", candidates)
            .query::<MergeCandidateQuery>()
            .replies::<EntityMergeCandidateList>(200),
        HttpRoute::new(
            Method::PATCH,
            "/api/entities/merge-candidates/{id}",
            writes,
            "Accepts or dismisses a possible duplicate; merging is a separate call",
            resolve_candidate,
        )
        .body::<ResolveCandidateRequest>()
        .replies::<ResolveCandidateResponse>(200),
        HttpRoute::new(get.clone(), "/api/entities/pair-decisions", reads, "Lists pairs marked as distinct", decisions)
            .query::<PairDecisionQuery>()
            .replies::<EntityPairDecisionList>(200),
        HttpRoute::new(post, "/api/entities/pair-decisions", writes, "Marks a pair as distinct", mark_distinct)
            .body::<PairDecisionRequest>()
            .replies::<EntityPairDecision>(201)
            .errors(&[404]),
        HttpRoute::new(
            delete.clone(),
            "/api/entities/pair-decisions/{id}",
            writes,
            "Withdraws the decision that a pair is distinct",
            withdraw_decision,
        )
        .replies::<DeleteDecisionResponse>(200),
        HttpRoute::new(get, "/api/entities/dismissed", reads, "Lists names that extraction ignores", dismissed)
            .replies::<DismissedNameList>(200),
        HttpRoute::new(
            delete,
            "/api/entities/dismissed/{id}",
            writes,
            "Removes a name from the ignore list, so that extraction may create an entity for it",
            delete_dismissal,
        )
        .replies::<DeleteDecisionResponse>(200),
    ]
}

/// Entities to merge.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EntitiesToMerge")]
struct MergeEntitiesRequest {
    /// Entity that is kept.
    survivor_id: EntityId,
    /// Entities merged into it.
    absorbed_ids: Vec<EntityId>,
}

/// Mentions to move, and their new entity: either `into` or `canonical_name`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EntityToSplit")]
struct SplitEntityRequest {
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
struct MergeCandidateQuery {
    /// `pending` (default), `accepted` or `dismissed`.
    status: Option<String>,
    /// Maximum number of rows, 1 to 200; out-of-range values are clamped.
    limit: Option<i64>,
}

/// Page of pair decisions.
#[derive(Deserialize, JsonSchema)]
struct PairDecisionQuery {
    /// Rows per page, 1 to 200; out-of-range values are clamped.
    limit: Option<i64>,
    /// Rows to skip.
    offset: Option<i64>,
}

/// Decision on a merge candidate.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ResolveCandidateRequest {
    /// `accepted` or `dismissed`.
    status: PairVerdict,
}

/// Merge candidate with its new status.
#[derive(Serialize, JsonSchema)]
struct ResolveCandidateResponse {
    /// Id of the candidate.
    id: i64,
    /// New status.
    status: PairVerdict,
}

/// Pair of distinct entities.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EntityPair")]
struct PairDecisionRequest {
    /// Ids of the two entities.
    entity_ids: (EntityId, EntityId),
}

/// Deletion of a decision.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DecisionWithdrawn")]
struct DeleteDecisionResponse {
    /// Id of the decision.
    id: i64,
    /// Always true: a failed deletion is an error.
    deleted: bool,
}

async fn merge(ctx: Ctx, StrictJson(both): StrictJson<MergeEntitiesRequest>) -> Result<Json<EntityMergeResult>> {
    entities::merge(&ctx, both.survivor_id, both.absorbed_ids).await.map(Json)
}

async fn history(ctx: Ctx, PathId(id): PathId<EntityId>) -> Result<Json<EntityMergeHistory>> {
    entities::merge_history(&ctx, id).await.map(Json)
}

async fn undo(ctx: Ctx, PathId(id): PathId<i64>) -> Result<Json<EntityMergeUndo>> {
    entities::undo_merge(&ctx, id).await.map(Json)
}

async fn split(
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

async fn candidates(
    ctx: Ctx,
    QueryParams(wanted): QueryParams<MergeCandidateQuery>,
) -> Result<Json<EntityMergeCandidateList>> {
    let status = wanted.status.unwrap_or_else(|| "pending".to_owned());
    let limit = wanted.limit.unwrap_or(entities::DEFAULT_PAGE_SIZE);
    entities::list_candidates(&ctx, entities::MergeCandidateFilter { status, limit }).await.map(Json)
}

async fn resolve_candidate(
    ctx: Ctx,
    PathId(id): PathId<i64>,
    StrictJson(said): StrictJson<ResolveCandidateRequest>,
) -> Result<Json<ResolveCandidateResponse>> {
    entities::resolve_candidate(&ctx, id, said.status).await?;
    Ok(Json(ResolveCandidateResponse { id, status: said.status }))
}

async fn decisions(
    ctx: Ctx,
    QueryParams(page): QueryParams<PairDecisionQuery>,
) -> Result<Json<EntityPairDecisionList>> {
    let (limit, offset) = (page.limit.unwrap_or(entities::DEFAULT_PAGE_SIZE), page.offset.unwrap_or(0));
    entities::list_decisions(&ctx, limit, offset).await.map(Json)
}

async fn mark_distinct(
    ctx: Ctx,
    StrictJson(pair): StrictJson<PairDecisionRequest>,
) -> Result<(StatusCode, Json<EntityPairDecision>)> {
    let (one, other) = pair.entity_ids;
    Ok((StatusCode::CREATED, Json(entities::mark_distinct(&ctx, one, other).await?)))
}

async fn withdraw_decision(ctx: Ctx, PathId(id): PathId<i64>) -> Result<Json<DeleteDecisionResponse>> {
    entities::withdraw_decision(&ctx, id).await?;
    Ok(Json(DeleteDecisionResponse { id, deleted: true }))
}

async fn dismissed(ctx: Ctx) -> Result<Json<DismissedNameList>> {
    entities::list_dismissals(&ctx).await.map(Json)
}

async fn delete_dismissal(ctx: Ctx, PathId(id): PathId<i64>) -> Result<Json<DeleteDecisionResponse>> {
    entities::delete_dismissal(&ctx, id).await?;
    Ok(Json(DeleteDecisionResponse { id, deleted: true }))
}
