//! Statistics route.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::entry::NotebookStats;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::http::extract::QueryParams;
use crate::http::route::{HttpRoute, RouteAccess};
use crate::http::routes::date_range;
use crate::services::entries;

pub(super) fn routes() -> Vec<HttpRoute> {
    let reads = RouteAccess::Requires(Scope::EntriesRead);
    vec![
        HttpRoute::new(Method::GET, "/api/stats", reads, "Counts entries, words and months", stats)
            .query::<StatsQuery>()
            .replies::<NotebookStats>(200),
    ]
}

/// Date range.
#[derive(Deserialize, JsonSchema)]
struct StatsQuery {
    /// First date, `YYYY-MM-DD`.
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    end_date: Option<String>,
}

async fn stats(ctx: Ctx, QueryParams(dates): QueryParams<StatsQuery>) -> Result<Json<NotebookStats>> {
    entries::stats(&ctx, date_range(dates.start_date, dates.end_date)).await.map(Json)
}
