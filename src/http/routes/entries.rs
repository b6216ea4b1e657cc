//! Entries: listed, shown, edited, deleted.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ctx::Ctx;
use crate::entries;
use crate::error::Result;
use crate::http::extract::Id;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::model::between::Between;
use crate::model::entry::Entry;
use crate::model::entry::Page;
use crate::model::id::EntryId;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let reads = Access::Needs(Scope::EntriesRead);
    vec![
        Route::new(Method::GET, "/api/entries", reads, "Lists entries, newest date first", list)
            .query::<List>()
            .replies::<Page>(200),
        Route::new(Method::GET, "/api/entries/{id}", reads, "Shows an entry", show).replies::<Entry>(200),
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

async fn list(ctx: Ctx, Query(wanted): Query<List>) -> Result<Json<Page>> {
    let page = entries::List {
        between: Between { from: wanted.start_date, to: wanted.end_date },
        limit: u32::try_from(wanted.limit.unwrap_or(20).clamp(1, 100)).unwrap_or(100),
        offset: u32::try_from(wanted.offset.unwrap_or(0).max(0)).unwrap_or(u32::MAX),
    };
    entries::list(&ctx, page).await.map(Json)
}

async fn show(ctx: Ctx, Id(id): Id<EntryId>) -> Result<Json<Entry>> {
    entries::get(&ctx, id).await.map(Json)
}
