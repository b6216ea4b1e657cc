//! Statistics route.

use axum::Json;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::entry::NotebookStats;
use crate::error::Result;
use crate::http::extract::QueryParams;
use crate::http::query::date_range;
use crate::services::entries;

/// Date range.
#[derive(Deserialize, JsonSchema)]
pub struct StatsQuery {
    /// First date, `YYYY-MM-DD`.
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    end_date: Option<String>,
}

pub async fn stats(ctx: Ctx, QueryParams(dates): QueryParams<StatsQuery>) -> Result<Json<NotebookStats>> {
    entries::stats(&ctx, date_range(dates.start_date, dates.end_date)).await.map(Json)
}
