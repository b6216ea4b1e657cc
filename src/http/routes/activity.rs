//! What happened in the caller's journal and to their account.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::activity;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::model::activity::Lines;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let about = "Lists what was done in the caller's journal and to their account, and who read how much, newest first";
    vec![
        Route::new(Method::GET, "/api/activity", Access::Needs(Scope::Account), about, list)
            .query::<Wanted>()
            .replies::<Lines>(200),
    ]
}

/// A page of lines.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    /// Only what happened since: `7d`, `12h`, a date, or an instant.
    since: Option<String>,
    /// Lines a page, 1 to 200; what lies outside is moved to the nearest.
    limit: Option<i64>,
    /// Lines to skip, at most 10,000.
    offset: Option<i64>,
}

async fn list(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Json<Lines>> {
    let page =
        activity::Wanted { since: wanted.since, limit: wanted.limit.unwrap_or(50), offset: wanted.offset.unwrap_or(0) };
    activity::list(&ctx, page).await.map(Json)
}
