//! What is one and what is two: merges, splits, pairs, and names that are nothing.

use axum::Json;
use http::Method;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::entities;
use crate::entities::Verdict;
use crate::error::Result;
use crate::http::extract::Body;
use crate::http::extract::Id;
use crate::http::extract::Query;
use crate::http::extract::given;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::model::entity::Candidates;
use crate::model::entity::Decision;
use crate::model::entity::Decisions;
use crate::model::entity::Dismissals;
use crate::model::entity::EntityType;
use crate::model::entity::History;
use crate::model::entity::Merged;
use crate::model::entity::Split;
use crate::model::entity::Undone;
use crate::model::id::EntityId;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let (reads, writes) = (Access::Needs(Scope::EntriesRead), Access::Needs(Scope::EntriesWrite));
    let (get, post, delete) = (Method::GET, Method::POST, Method::DELETE);
    vec![
        Route::new(post.clone(), "/api/entities/merge", writes, "Makes some part of another", merge)
            .body::<Merge>()
            .replies::<Merged>(200)
            .refuses(&[404]),
        Route::new(get.clone(), "/api/entities/{id}/merge-history", reads, "Lists what was merged into one", history)
            .replies::<History>(200),
        Route::new(post.clone(), "/api/entities/merge-history/{id}/undo", writes, "Makes one two again", undo)
            .replies::<Undone>(200)
            .refuses(&[409]),
        Route::new(post.clone(), "/api/entities/{id}/split", writes, "Gives mentions of one to another", split)
            .body::<Parts>()
            .replies::<Split>(200)
            .refuses(&[409]),
        Route::new(get.clone(), "/api/entities/merge-candidates", reads, "Lists pairs that may be one", candidates)
            .query::<Pairs>()
            .replies::<Candidates>(200),
        Route::new(
            Method::PATCH,
            "/api/entities/merge-candidates/{id}",
            writes,
            "Decides whether a pair is one; merging is an act of its own",
            resolve,
        )
        .body::<Resolution>()
        .replies::<Resolved>(200),
        Route::new(get.clone(), "/api/entities/pair-decisions", reads, "Lists pairs that are two", decisions)
            .query::<Rows>()
            .replies::<Decisions>(200),
        Route::new(post, "/api/entities/pair-decisions", writes, "Says that a pair is two", differ)
            .body::<Pair>()
            .replies::<Decision>(201)
            .refuses(&[404]),
        Route::new(
            delete.clone(),
            "/api/entities/pair-decisions/{id}",
            writes,
            "Takes back that a pair is two",
            withdraw,
        )
        .replies::<Gone>(200),
        Route::new(get, "/api/entities/dismissed", reads, "Lists names that are nothing", dismissed)
            .replies::<Dismissals>(200),
        Route::new(
            delete,
            "/api/entities/dismissed/{id}",
            writes,
            "Takes back that a name is nothing, so that a run may make something of it",
            allow,
        )
        .replies::<Gone>(200),
    ]
}

/// What is to be one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EntitiesToMerge")]
struct Merge {
    /// The one that stays.
    survivor_id: EntityId,
    /// Those that become part of it.
    absorbed_ids: Vec<EntityId>,
}

/// What goes where; either `into` or `canonical_name`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EntityToSplit")]
struct Parts {
    /// Numbers of mentions of the entity.
    mention_ids: Vec<i64>,
    /// One that is there.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "EntityId")]
    into: Option<EntityId>,
    /// The name of a new one.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    canonical_name: Option<String>,
    /// Its type; that of the entity without one.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "EntityType")]
    entity_type: Option<EntityType>,
}

/// Which pairs.
#[derive(Deserialize, JsonSchema)]
struct Pairs {
    /// `pending`, `accepted` or `dismissed`; `pending` without one.
    status: Option<String>,
    /// Rows, 1 to 200; what lies outside is moved to the nearest.
    limit: Option<i64>,
}

/// A page.
#[derive(Deserialize, JsonSchema)]
struct Rows {
    /// Rows a page, 1 to 200; what lies outside is moved to the nearest.
    limit: Option<i64>,
    /// Rows to skip.
    offset: Option<i64>,
}

/// What becomes of a pair.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Resolution {
    /// `accepted` or `dismissed`.
    status: Verdict,
}

/// What became of a pair.
#[derive(Serialize, JsonSchema)]
struct Resolved {
    /// Number of the pair.
    id: i64,
    /// As asked.
    status: Verdict,
}

/// Two that are two.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EntityPair")]
struct Pair {
    /// Both.
    entity_ids: (EntityId, EntityId),
}

/// That a decision is taken back.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DecisionWithdrawn")]
struct Gone {
    /// Its number.
    id: i64,
    /// Always true: a failed deletion is an error.
    deleted: bool,
}

async fn merge(ctx: Ctx, Body(both): Body<Merge>) -> Result<Json<Merged>> {
    entities::merge(&ctx, both.survivor_id, both.absorbed_ids).await.map(Json)
}

async fn history(ctx: Ctx, Id(id): Id<EntityId>) -> Result<Json<History>> {
    entities::history(&ctx, id).await.map(Json)
}

async fn undo(ctx: Ctx, Id(id): Id<i64>) -> Result<Json<Undone>> {
    entities::undo(&ctx, id).await.map(Json)
}

async fn split(ctx: Ctx, Id(id): Id<EntityId>, Body(parts): Body<Parts>) -> Result<Json<Split>> {
    let Parts { mention_ids, into, canonical_name, entity_type } = parts;
    let split = entities::Split { mentions: mention_ids, into, name: canonical_name, kind: entity_type };
    entities::split(&ctx, id, split).await.map(Json)
}

async fn candidates(ctx: Ctx, Query(wanted): Query<Pairs>) -> Result<Json<Candidates>> {
    let status = wanted.status.unwrap_or_else(|| "pending".to_owned());
    entities::candidates(&ctx, entities::Candidates { status, limit: wanted.limit.unwrap_or(50) }).await.map(Json)
}

async fn resolve(ctx: Ctx, Id(id): Id<i64>, Body(said): Body<Resolution>) -> Result<Json<Resolved>> {
    entities::resolve(&ctx, id, said.status).await?;
    Ok(Json(Resolved { id, status: said.status }))
}

async fn decisions(ctx: Ctx, Query(page): Query<Rows>) -> Result<Json<Decisions>> {
    entities::decisions(&ctx, page.limit.unwrap_or(50), page.offset.unwrap_or(0)).await.map(Json)
}

async fn differ(ctx: Ctx, Body(pair): Body<Pair>) -> Result<(StatusCode, Json<Decision>)> {
    let (one, other) = pair.entity_ids;
    Ok((StatusCode::CREATED, Json(entities::differ(&ctx, one, other).await?)))
}

async fn withdraw(ctx: Ctx, Id(id): Id<i64>) -> Result<Json<Gone>> {
    entities::withdraw(&ctx, id).await?;
    Ok(Json(Gone { id, deleted: true }))
}

async fn dismissed(ctx: Ctx) -> Result<Json<Dismissals>> {
    entities::dismissed(&ctx).await.map(Json)
}

async fn allow(ctx: Ctx, Id(id): Id<i64>) -> Result<Json<Gone>> {
    entities::allow(&ctx, id).await?;
    Ok(Json(Gone { id, deleted: true }))
}
