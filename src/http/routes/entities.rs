//! Entity routes: list, show, edit, aliases, quarantine.

pub mod charts;
pub mod curation;

use axum::Json;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::entity::{
    EntityDetail, EntityMentionPage, EntityPage, EntityRelationshipList, EntityType, EntryEntities,
    QuarantinedEntityList,
};
use crate::domain::id::{EntityId, EntryId};
use crate::error::Result;
use crate::http::extract::{PathId, PathIdName, QueryParams, StrictJson, present_or_null};
use crate::http::query::PageQuery;
use crate::http::reply::Created;
use crate::services::entities::{self, AliasOwner, EntityPatch, EntityUpdateResponse};

/// Page of entities.
#[derive(Deserialize, JsonSchema)]
pub struct ListEntitiesQuery {
    /// Only entities of this type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Only entities with this in a name, case-insensitive.
    search: Option<String>,
    /// Rows per page, 1 to 200; out-of-range values are clamped.
    limit: Option<i64>,
    /// Rows to skip.
    offset: Option<i64>,
}

/// Changes to an entity.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchEntityRequest {
    /// New name; the old one is kept as an alias.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "String")]
    canonical_name: Option<String>,
    /// New type.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "EntityType")]
    entity_type: Option<EntityType>,
    /// New description; an empty one removes it.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "String")]
    description: Option<String>,
}

/// New alias.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddAliasRequest {
    /// The alias.
    alias: String,
}

/// Alias lookup.
#[derive(Deserialize, JsonSchema)]
pub struct AliasLookupQuery {
    /// The alias.
    alias: Option<String>,
}

/// Reason for a quarantine.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuarantineRequest {
    /// The reason.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "String")]
    reason: Option<String>,
}

/// Deletion of an entity.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EntityDeleted")]
pub struct DeleteEntityResponse {
    /// Always true: a failed deletion is an error.
    deleted: bool,
    /// Id of the entity.
    id: EntityId,
}

pub async fn list(ctx: Ctx, QueryParams(wanted): QueryParams<ListEntitiesQuery>) -> Result<Json<EntityPage>> {
    let ListEntitiesQuery { kind, search, limit, offset } = wanted;
    let (limit, offset) = (limit.unwrap_or(entities::DEFAULT_PAGE_SIZE), offset.unwrap_or(0));
    let list = entities::EntityListQuery { kind, search, limit, offset };
    entities::list(&ctx, list).await.map(Json)
}

pub async fn show(ctx: Ctx, PathId(id): PathId<EntityId>) -> Result<Json<EntityDetail>> {
    entities::get(&ctx, id).await.map(Json)
}

pub async fn edit(
    ctx: Ctx,
    PathId(id): PathId<EntityId>,
    StrictJson(patch): StrictJson<PatchEntityRequest>,
) -> Result<Json<EntityUpdateResponse>> {
    let change = EntityPatch { name: patch.canonical_name, kind: patch.entity_type, description: patch.description };
    entities::update(&ctx, id, change).await.map(Json)
}

pub async fn remove(ctx: Ctx, PathId(id): PathId<EntityId>) -> Result<Json<DeleteEntityResponse>> {
    let gone = entities::delete(&ctx, vec![id]).await?;
    Ok(Json(DeleteEntityResponse { deleted: gone.deleted, id }))
}

pub async fn mentions(
    ctx: Ctx,
    PathId(id): PathId<EntityId>,
    QueryParams(page): QueryParams<PageQuery>,
) -> Result<Json<EntityMentionPage>> {
    let (limit, offset) = (page.limit.unwrap_or(entities::DEFAULT_PAGE_SIZE), page.offset.unwrap_or(0));
    entities::list_mentions(&ctx, id, limit, offset).await.map(Json)
}

pub async fn relationships(ctx: Ctx, PathId(id): PathId<EntityId>) -> Result<Json<EntityRelationshipList>> {
    entities::list_relationships(&ctx, id).await.map(Json)
}

pub async fn lookup(ctx: Ctx, QueryParams(wanted): QueryParams<AliasLookupQuery>) -> Result<Json<AliasOwner>> {
    entities::lookup_alias(&ctx, wanted.alias.as_deref()).await.map(Json)
}

pub async fn add_alias(
    ctx: Ctx,
    PathId(id): PathId<EntityId>,
    StrictJson(new): StrictJson<AddAliasRequest>,
) -> Result<Created<EntityDetail>> {
    Ok(Created(entities::add_alias(&ctx, id, &new.alias).await?))
}

pub async fn remove_alias(ctx: Ctx, PathIdName(id, alias): PathIdName<EntityId>) -> Result<Json<EntityDetail>> {
    entities::remove_alias(&ctx, id, &alias).await.map(Json)
}

pub async fn quarantined(ctx: Ctx) -> Result<Json<QuarantinedEntityList>> {
    entities::list_quarantined(&ctx).await.map(Json)
}

/// The body may be empty: existing clients send none.
pub async fn quarantine(
    ctx: Ctx,
    PathId(id): PathId<EntityId>,
    body: Result<StrictJson<QuarantineRequest>>,
) -> Result<Json<EntityDetail>> {
    let why = match body {
        Ok(StrictJson(why)) => why,
        Err(error) if error.wire_code() == "invalid_body" => QuarantineRequest::default(),
        Err(error) => return Err(error),
    };
    entities::quarantine(&ctx, id, &why.reason.unwrap_or_default()).await.map(Json)
}

pub async fn release(ctx: Ctx, PathId(id): PathId<EntityId>) -> Result<Json<EntityDetail>> {
    entities::lift_quarantine(&ctx, id).await.map(Json)
}

pub async fn entry_entities(ctx: Ctx, PathId(id): PathId<EntryId>) -> Result<Json<EntryEntities>> {
    entities::list_for_entry(&ctx, id).await.map(Json)
}
