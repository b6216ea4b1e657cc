//! Totals.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ctx::Ctx;
use crate::entries;
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::routes::between;
use crate::model::entry::Stats;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let reads = Access::Needs(Scope::EntriesRead);
    vec![
        Route::new(Method::GET, "/api/stats", reads, "Counts entries, words and months", stats)
            .query::<Dates>()
            .replies::<Stats>(200),
    ]
}

/// Dates to stay within.
#[derive(Deserialize, JsonSchema)]
struct Dates {
    /// First date, `YYYY-MM-DD`.
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    end_date: Option<String>,
}

async fn stats(ctx: Ctx, Query(dates): Query<Dates>) -> Result<Json<Stats>> {
    entries::stats(&ctx, between(dates.start_date, dates.end_date)).await.map(Json)
}
