//! Entries: listed, shown, edited, deleted, and how they were cut.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ctx::Ctx;
use crate::entries;
use crate::entries::DeletedOne;
use crate::entries::Edit;
use crate::entries::Edited;
use crate::entries::Place;
use crate::entries::Tags;
use crate::entries::Tokens;
use crate::error::Result;
use crate::http::extract::Body;
use crate::http::extract::Id;
use crate::http::extract::Query;
use crate::http::extract::given;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::routes::between;
use crate::model::entry::Chunks;
use crate::model::entry::Entry;
use crate::model::entry::Page;
use crate::model::id::EntryId;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let (reads, writes) = (Access::Needs(Scope::EntriesRead), Access::Needs(Scope::EntriesWrite));
    vec![
        Route::new(Method::GET, "/api/entries", reads, "Lists entries, newest date first", list)
            .query::<List>()
            .replies::<Page>(200),
        Route::new(Method::GET, "/api/entries/{id}", reads, "Shows an entry", show).replies::<Entry>(200),
        Route::new(Method::PATCH, "/api/entries/{id}", writes, "Changes an entry; what it was before is kept", edit)
            .body::<Patch>()
            .replies::<Edited>(200),
        Route::new(Method::DELETE, "/api/entries/{id}", writes, "Deletes an entry with everything made of it", delete)
            .replies::<DeletedOne>(200)
            .refuses(&[409]),
        Route::new(
            Method::POST,
            "/api/entries/{id}/verify-doubts",
            writes,
            "Notes that a person has checked the doubtful words",
            verify_doubts,
        )
        .replies::<Entry>(200),
        Route::new(Method::GET, "/api/entries/{id}/chunks", reads, "Shows how an entry was cut for the search", chunks)
            .replies::<Chunks>(200),
        Route::new(Method::GET, "/api/entries/{id}/tokens", reads, "Shows how a language model reads an entry", tokens)
            .replies::<Tokens>(200),
    ]
}

/// A page of entries.
#[derive(Deserialize, JsonSchema)]
struct List {
    /// First date, `YYYY-MM-DD`.
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    end_date: Option<String>,
    /// Entries a page, 1 to 100; what lies outside is moved to the nearest.
    limit: Option<i64>,
    /// Entries to skip.
    offset: Option<i64>,
}

/// What to change; at least one field.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Patch {
    /// New text.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    final_text: Option<String>,
    /// New date, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    entry_date: Option<String>,
    /// New title; an empty one removes it.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    title: Option<String>,
    /// New tags in place of those it has.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Vec<String>")]
    tags: Option<Vec<String>>,
    /// First code point of the part of `raw_text` that is this entry; `null` on both ends means all of it.
    #[serde(default, deserialize_with = "given")]
    content_start_char: Option<Place>,
    /// One past its last code point.
    #[serde(default, deserialize_with = "given")]
    content_end_char: Option<Place>,
    /// True: the owner accepts an assistant's words as the journal's own.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "bool")]
    accepted: Option<bool>,
}

async fn list(ctx: Ctx, Query(wanted): Query<List>) -> Result<Json<Page>> {
    let page = entries::List {
        between: between(wanted.start_date, wanted.end_date),
        limit: u32::try_from(wanted.limit.unwrap_or(20).clamp(1, 100)).unwrap_or(100),
        offset: u32::try_from(wanted.offset.unwrap_or(0).max(0)).unwrap_or(u32::MAX),
    };
    entries::list(&ctx, page).await.map(Json)
}

async fn show(ctx: Ctx, Id(id): Id<EntryId>) -> Result<Json<Entry>> {
    entries::get(&ctx, id).await.map(Json)
}

/// An entry that is not the caller's is absent, whatever the body says, so that is told first.
async fn edit(ctx: Ctx, Id(id): Id<EntryId>, body: Result<Body<Patch>>) -> Result<Json<Edited>> {
    entries::check(&ctx, id).await?;
    let Body(patch) = body?;
    let edit = Edit {
        text: patch.final_text,
        date: patch.entry_date,
        title: patch.title,
        tags: patch.tags.map(Tags::Set),
        content_start: patch.content_start_char,
        content_end: patch.content_end_char,
        accepted: patch.accepted,
    };
    entries::edit(&ctx, id, edit).await.map(Json)
}

async fn delete(ctx: Ctx, Id(id): Id<EntryId>) -> Result<Json<DeletedOne>> {
    entries::delete_idle(&ctx, id).await.map(Json)
}

async fn verify_doubts(ctx: Ctx, Id(id): Id<EntryId>) -> Result<Json<Entry>> {
    entries::verify_doubts(&ctx, id).await.map(Json)
}

async fn chunks(ctx: Ctx, Id(id): Id<EntryId>) -> Result<Json<Chunks>> {
    entries::chunks(&ctx, id).await.map(Json)
}

async fn tokens(ctx: Ctx, Id(id): Id<EntryId>) -> Result<Json<Tokens>> {
    entries::tokens(&ctx, id).await.map(Json)
}
