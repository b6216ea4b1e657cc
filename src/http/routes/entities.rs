//! Who and what entries speak of: listed, shown, put right.

mod charts;
mod curation;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::extract::Path;
use http::Method;
use http::StatusCode;
use http::request::Parts;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::entities;
use crate::entities::Change;
use crate::entities::Changed;
use crate::entities::Owner;
use crate::error::Error;
use crate::error::Result;
use crate::http::extract::Body;
use crate::http::extract::Id;
use crate::http::extract::Query;
use crate::http::extract::given;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::shared::Shared;
use crate::model::entity::Detail;
use crate::model::entity::Details;
use crate::model::entity::EntityType;
use crate::model::entity::Mentions;
use crate::model::entity::OfEntry;
use crate::model::entity::Page;
use crate::model::entity::Relationships;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = own();
    routes.extend(curation::routes());
    routes.extend(charts::routes());
    routes
}

fn own() -> Vec<Route> {
    let (reads, writes) = (Access::Needs(Scope::EntriesRead), Access::Needs(Scope::EntriesWrite));
    let (get, post, delete) = (Method::GET, Method::POST, Method::DELETE);
    vec![
        Route::new(get.clone(), "/api/entities", reads, "Lists people, places and the like, by type and name", list)
            .query::<List>()
            .replies::<Page>(200),
        Route::new(get.clone(), "/api/entities/{id}", reads, "Shows what is known of one", show).replies::<Detail>(200),
        Route::new(Method::PATCH, "/api/entities/{id}", writes, "Names, describes or classes one anew", edit)
            .body::<Patch>()
            .replies::<Changed>(200)
            .refuses(&[409]),
        Route::new(
            delete.clone(),
            "/api/entities/{id}",
            writes,
            "Deletes one, for good: no run makes it again",
            remove,
        )
        .replies::<Deleted>(200),
        Route::new(get.clone(), "/api/entities/{id}/mentions", reads, "Shows where entries speak of one", mentions)
            .query::<Rows>()
            .replies::<Mentions>(200),
        Route::new(
            get.clone(),
            "/api/entities/{id}/relationships",
            reads,
            "Shows what entries say of one and others",
            relationships,
        )
        .replies::<Relationships>(200),
        Route::new(get.clone(), "/api/entities/aliases/lookup", reads, "Says whose another name is", lookup)
            .query::<Wanted>()
            .replies::<Owner>(200),
        Route::new(post.clone(), "/api/entities/{id}/aliases", writes, "Gives one another name", add_alias)
            .body::<Alias>()
            .replies::<Detail>(201)
            .refuses(&[409]),
        Route::new(delete, "/api/entities/{id}/aliases/{alias}", writes, "Takes another name from one", remove_alias)
            .replies::<Detail>(200),
        Route::new(get.clone(), "/api/entities/quarantined", reads, "Lists all that are set aside", quarantined)
            .replies::<Details>(200),
        Route::new(
            post.clone(),
            "/api/entities/{id}/quarantine",
            writes,
            "Sets one aside: it is listed and counted no longer",
            quarantine,
        )
        .body::<Reason>()
        .replies::<Detail>(200),
        Route::new(post, "/api/entities/{id}/release-quarantine", writes, "Takes one back that was set aside", release)
            .replies::<Detail>(200),
        Route::new(get, "/api/entries/{id}/entities", reads, "Lists whom and what an entry mentions", of_entry)
            .replies::<OfEntry>(200),
    ]
}

/// A page of people, places and the like.
#[derive(Deserialize, JsonSchema)]
struct List {
    /// Only those of this type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Only those with this in a name, whatever its case.
    search: Option<String>,
    /// Rows a page, 1 to 200; what lies outside is moved to the nearest.
    limit: Option<i64>,
    /// Rows to skip.
    offset: Option<i64>,
}

/// A page.
#[derive(Deserialize, JsonSchema)]
struct Rows {
    /// Rows a page, 1 to 200; what lies outside is moved to the nearest.
    limit: Option<i64>,
    /// Rows to skip.
    offset: Option<i64>,
}

/// What to change.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Patch {
    /// New name; the old one stays as another name.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    canonical_name: Option<String>,
    /// New type.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "EntityType")]
    entity_type: Option<EntityType>,
    /// New description; an empty one removes it.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    description: Option<String>,
}

/// Another name.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Alias {
    /// The name.
    alias: String,
}

/// Another name to look for.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    /// The name.
    alias: Option<String>,
}

/// Why one is set aside.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// The reason.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    reason: Option<String>,
}

/// That one is gone.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EntityDeleted")]
struct Deleted {
    /// Always true: a failed deletion is an error.
    deleted: bool,
    /// The entity.
    id: EntityId,
}

/// One in the path, and another name of it, which may hold anything.
struct Named(EntityId, String);

impl FromRequestParts<Shared> for Named {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self> {
        let path = Path::<(String, String)>::from_request_parts(parts, shared).await;
        let Path((id, alias)) = path.map_err(|_| Error::not_found("page"))?;
        let id = id.parse().map_err(|_| Error::not_found("page"))?;
        Ok(Self(id, alias))
    }
}

async fn list(ctx: Ctx, Query(wanted): Query<List>) -> Result<Json<Page>> {
    let List { kind, search, limit, offset } = wanted;
    let list = entities::List { kind, search, limit: limit.unwrap_or(50), offset: offset.unwrap_or(0) };
    entities::list(&ctx, list).await.map(Json)
}

async fn show(ctx: Ctx, Id(id): Id<EntityId>) -> Result<Json<Detail>> {
    entities::get(&ctx, id).await.map(Json)
}

async fn edit(ctx: Ctx, Id(id): Id<EntityId>, Body(patch): Body<Patch>) -> Result<Json<Changed>> {
    let change = Change { name: patch.canonical_name, kind: patch.entity_type, description: patch.description };
    entities::change(&ctx, id, change).await.map(Json)
}

async fn remove(ctx: Ctx, Id(id): Id<EntityId>) -> Result<Json<Deleted>> {
    let gone = entities::delete(&ctx, vec![id]).await?;
    Ok(Json(Deleted { deleted: gone.deleted, id }))
}

async fn mentions(ctx: Ctx, Id(id): Id<EntityId>, Query(page): Query<Rows>) -> Result<Json<Mentions>> {
    entities::mentions(&ctx, id, page.limit.unwrap_or(50), page.offset.unwrap_or(0)).await.map(Json)
}

async fn relationships(ctx: Ctx, Id(id): Id<EntityId>) -> Result<Json<Relationships>> {
    entities::relationships(&ctx, id).await.map(Json)
}

async fn lookup(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Json<Owner>> {
    entities::lookup(&ctx, wanted.alias.as_deref()).await.map(Json)
}

async fn add_alias(ctx: Ctx, Id(id): Id<EntityId>, Body(new): Body<Alias>) -> Result<(StatusCode, Json<Detail>)> {
    Ok((StatusCode::CREATED, Json(entities::add_alias(&ctx, id, &new.alias).await?)))
}

async fn remove_alias(ctx: Ctx, Named(id, alias): Named) -> Result<Json<Detail>> {
    entities::remove_alias(&ctx, id, &alias).await.map(Json)
}

async fn quarantined(ctx: Ctx) -> Result<Json<Details>> {
    entities::quarantined(&ctx).await.map(Json)
}

/// Clients also send nothing at all.
async fn quarantine(ctx: Ctx, Id(id): Id<EntityId>, body: Result<Body<Reason>>) -> Result<Json<Detail>> {
    let why = match body {
        Ok(Body(why)) => why,
        Err(error) if error.wire_code() == "invalid_body" => Reason::default(),
        Err(error) => return Err(error),
    };
    entities::quarantine(&ctx, id, &why.reason.unwrap_or_default()).await.map(Json)
}

async fn release(ctx: Ctx, Id(id): Id<EntityId>) -> Result<Json<Detail>> {
    entities::release(&ctx, id).await.map(Json)
}

async fn of_entry(ctx: Ctx, Id(id): Id<EntryId>) -> Result<Json<OfEntry>> {
    entities::of_entry(&ctx, id).await.map(Json)
}
