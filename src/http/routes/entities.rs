//! Entity routes: list, show, edit, aliases, quarantine.

mod charts;
mod curation;

use axum::Json;
use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::entity::{
    EntityDetail, EntityMentionPage, EntityPage, EntityRelationshipList, EntityType, EntryEntities,
    QuarantinedEntityList,
};
use crate::domain::id::{EntityId, EntryId};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::http::extract::{PathId, QueryParams, StrictJson, present_or_null};
use crate::http::route::{HttpRoute, RouteAccess};
use crate::http::state::HttpState;
use crate::services::entities::{self, AliasOwner, EntityPatch, EntityUpdateResponse};

pub(super) fn routes() -> Vec<HttpRoute> {
    let mut routes = entity_routes();
    routes.extend(curation::routes());
    routes.extend(charts::routes());
    routes
}

fn entity_routes() -> Vec<HttpRoute> {
    let (reads, writes) = (RouteAccess::Requires(Scope::EntriesRead), RouteAccess::Requires(Scope::EntriesWrite));
    let (get, post, delete) = (Method::GET, Method::POST, Method::DELETE);
    vec![
        HttpRoute::new(get.clone(), "/api/entities", reads, "Lists entities by type and name", list)
            .query::<ListEntitiesQuery>()
            .replies::<EntityPage>(200),
        HttpRoute::new(get.clone(), "/api/entities/{id}", reads, "Shows an entity", show).replies::<EntityDetail>(200),
        HttpRoute::new(
            Method::PATCH,
            "/api/entities/{id}",
            writes,
            "Changes an entity's name, type or description",
            edit,
        )
        .body::<PatchEntityRequest>()
        .replies::<EntityUpdateResponse>(200)
        .errors(&[409]),
        HttpRoute::new(
            delete.clone(),
            "/api/entities/{id}",
            writes,
            "Deletes an entity; extraction does not create it again",
            remove,
        )
        .replies::<DeleteEntityResponse>(200),
        HttpRoute::new(get.clone(), "/api/entities/{id}/mentions", reads, "Lists mentions of an entity", mentions)
            .query::<EntityMentionsQuery>()
            .replies::<EntityMentionPage>(200),
        HttpRoute::new(
            get.clone(),
            "/api/entities/{id}/relationships",
            reads,
            "Lists relationships of an entity",
            relationships,
        )
        .replies::<EntityRelationshipList>(200),
        HttpRoute::new(get.clone(), "/api/entities/aliases/lookup", reads, "Finds the entity with an alias", lookup)
            .query::<AliasLookupQuery>()
            .replies::<AliasOwner>(200),
        HttpRoute::new(post.clone(), "/api/entities/{id}/aliases", writes, "Adds an alias to an entity", add_alias)
            .body::<AddAliasRequest>()
            .replies::<EntityDetail>(201)
            .errors(&[409]),
        HttpRoute::new(
            delete,
            "/api/entities/{id}/aliases/{alias}",
            writes,
            "Removes an alias from an entity",
            remove_alias,
        )
        .replies::<EntityDetail>(200),
        HttpRoute::new(get.clone(), "/api/entities/quarantined", reads, "Lists quarantined entities", quarantined)
            .replies::<QuarantinedEntityList>(200),
        HttpRoute::new(
            post.clone(),
            "/api/entities/{id}/quarantine",
            writes,
            "Quarantines an entity: it is neither listed nor counted",
            quarantine,
        )
        .body::<QuarantineRequest>()
        .replies::<EntityDetail>(200),
        HttpRoute::new(
            post,
            "/api/entities/{id}/release-quarantine",
            writes,
            "Releases an entity from quarantine",
            release,
        )
        .replies::<EntityDetail>(200),
        HttpRoute::new(
            get,
            "/api/entries/{id}/entities",
            reads,
            "Lists the entities that an entry mentions",
            entry_entities,
        )
        .replies::<EntryEntities>(200),
    ]
}

/// Page of entities.
#[derive(Deserialize, JsonSchema)]
struct ListEntitiesQuery {
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

/// Page of mentions.
#[derive(Deserialize, JsonSchema)]
struct EntityMentionsQuery {
    /// Rows per page, 1 to 200; out-of-range values are clamped.
    limit: Option<i64>,
    /// Rows to skip.
    offset: Option<i64>,
}

/// Changes to an entity.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PatchEntityRequest {
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
struct AddAliasRequest {
    /// The alias.
    alias: String,
}

/// Alias lookup.
#[derive(Deserialize, JsonSchema)]
struct AliasLookupQuery {
    /// The alias.
    alias: Option<String>,
}

/// Reason for a quarantine.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct QuarantineRequest {
    /// The reason.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "String")]
    reason: Option<String>,
}

/// Deletion of an entity.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EntityDeleted")]
struct DeleteEntityResponse {
    /// Always true: a failed deletion is an error.
    deleted: bool,
    /// Id of the entity.
    id: EntityId,
}

/// Path with an entity id and an alias, which may contain any character.
struct EntityAliasPath(EntityId, String);

impl FromRequestParts<HttpState> for EntityAliasPath {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &HttpState) -> Result<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, shared).await;
        let Path((id, alias)) = path.map_err(|_| Error::not_found("page"))?;
        let id = id.parse().map_err(|_| Error::not_found("page"))?;
        Ok(Self(id, alias))
    }
}

async fn list(ctx: Ctx, QueryParams(wanted): QueryParams<ListEntitiesQuery>) -> Result<Json<EntityPage>> {
    let ListEntitiesQuery { kind, search, limit, offset } = wanted;
    let (limit, offset) = (limit.unwrap_or(entities::DEFAULT_PAGE_SIZE), offset.unwrap_or(0));
    let list = entities::EntityListQuery { kind, search, limit, offset };
    entities::list(&ctx, list).await.map(Json)
}

async fn show(ctx: Ctx, PathId(id): PathId<EntityId>) -> Result<Json<EntityDetail>> {
    entities::get(&ctx, id).await.map(Json)
}

async fn edit(
    ctx: Ctx,
    PathId(id): PathId<EntityId>,
    StrictJson(patch): StrictJson<PatchEntityRequest>,
) -> Result<Json<EntityUpdateResponse>> {
    let change = EntityPatch { name: patch.canonical_name, kind: patch.entity_type, description: patch.description };
    entities::update(&ctx, id, change).await.map(Json)
}

async fn remove(ctx: Ctx, PathId(id): PathId<EntityId>) -> Result<Json<DeleteEntityResponse>> {
    let gone = entities::delete(&ctx, vec![id]).await?;
    Ok(Json(DeleteEntityResponse { deleted: gone.deleted, id }))
}

async fn mentions(
    ctx: Ctx,
    PathId(id): PathId<EntityId>,
    QueryParams(page): QueryParams<EntityMentionsQuery>,
) -> Result<Json<EntityMentionPage>> {
    let (limit, offset) = (page.limit.unwrap_or(entities::DEFAULT_PAGE_SIZE), page.offset.unwrap_or(0));
    entities::list_mentions(&ctx, id, limit, offset).await.map(Json)
}

async fn relationships(ctx: Ctx, PathId(id): PathId<EntityId>) -> Result<Json<EntityRelationshipList>> {
    entities::list_relationships(&ctx, id).await.map(Json)
}

async fn lookup(ctx: Ctx, QueryParams(wanted): QueryParams<AliasLookupQuery>) -> Result<Json<AliasOwner>> {
    entities::lookup_alias(&ctx, wanted.alias.as_deref()).await.map(Json)
}

async fn add_alias(
    ctx: Ctx,
    PathId(id): PathId<EntityId>,
    StrictJson(new): StrictJson<AddAliasRequest>,
) -> Result<(StatusCode, Json<EntityDetail>)> {
    Ok((StatusCode::CREATED, Json(entities::add_alias(&ctx, id, &new.alias).await?)))
}

async fn remove_alias(ctx: Ctx, EntityAliasPath(id, alias): EntityAliasPath) -> Result<Json<EntityDetail>> {
    entities::remove_alias(&ctx, id, &alias).await.map(Json)
}

async fn quarantined(ctx: Ctx) -> Result<Json<QuarantinedEntityList>> {
    entities::list_quarantined(&ctx).await.map(Json)
}

/// The body may be empty: existing clients send none.
async fn quarantine(
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

async fn release(ctx: Ctx, PathId(id): PathId<EntityId>) -> Result<Json<EntityDetail>> {
    entities::lift_quarantine(&ctx, id).await.map(Json)
}

async fn entry_entities(ctx: Ctx, PathId(id): PathId<EntryId>) -> Result<Json<EntryEntities>> {
    entities::list_for_entry(&ctx, id).await.map(Json)
}
