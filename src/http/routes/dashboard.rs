//! Dashboard charts of entries and words.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::dashboard::{ChartBin, LengthHistogram, WritingActivity, WritingHeatmap};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::http::extract::QueryParams;
use crate::http::route::{HttpRoute, RouteAccess};
use crate::http::routes::date_range;
use crate::services::entries;

pub(super) fn routes() -> Vec<HttpRoute> {
    let reads = RouteAccess::Requires(Scope::EntriesRead);
    let about = [
        "Counts entries and words per week, month, quarter or year",
        "Counts entries and words per day",
        "Counts entries by length in words",
    ];
    vec![
        HttpRoute::new(Method::GET, "/api/dashboard/writing-stats", reads, about[0], writing_stats)
            .query::<WritingStatsQuery>()
            .replies::<WritingActivity>(200),
        HttpRoute::new(Method::GET, "/api/dashboard/calendar-heatmap", reads, about[1], heatmap)
            .query::<HeatmapQuery>()
            .replies::<WritingHeatmap>(200),
        HttpRoute::new(Method::GET, "/api/dashboard/word-count-distribution", reads, about[2], word_counts)
            .query::<WordCountQuery>()
            .replies::<LengthHistogram>(200),
    ]
}

/// Date range and bin.
#[derive(Deserialize, JsonSchema)]
struct WritingStatsQuery {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// `week` (default), `month`, `quarter` or `year`.
    bin: Option<String>,
}

/// Date range.
#[derive(Deserialize, JsonSchema)]
struct HeatmapQuery {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
}

/// Date range and bucket width.
#[derive(Deserialize, JsonSchema)]
struct WordCountQuery {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// Bucket width in words, at least 10; default 100.
    bucket_size: Option<i64>,
}

/// Returns the error for an unknown bin; `more` lists additional bins of the route.
pub(super) fn invalid_bin(more: &str) -> Error {
    Error::invalid("unknown bin").code("invalid_bin").hint(format!("`bin` is {more}week, month, quarter or year"))
}

async fn writing_stats(ctx: Ctx, QueryParams(wanted): QueryParams<WritingStatsQuery>) -> Result<Json<WritingActivity>> {
    let bin = ChartBin::from_name(wanted.bin.as_deref().unwrap_or("week")).ok_or_else(|| invalid_bin(""))?;
    entries::writing_statistics(&ctx, date_range(wanted.from, wanted.to), bin).await.map(Json)
}

async fn heatmap(ctx: Ctx, QueryParams(dates): QueryParams<HeatmapQuery>) -> Result<Json<WritingHeatmap>> {
    entries::heatmap(&ctx, date_range(dates.from, dates.to)).await.map(Json)
}

async fn word_counts(ctx: Ctx, QueryParams(wanted): QueryParams<WordCountQuery>) -> Result<Json<LengthHistogram>> {
    entries::length_distribution(&ctx, date_range(wanted.from, wanted.to), wanted.bucket_size.unwrap_or(100))
        .await
        .map(Json)
}
