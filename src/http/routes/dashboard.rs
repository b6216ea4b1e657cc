//! Dashboard charts of entries and words.

use axum::Json;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::dashboard::{ChartBin, LengthHistogram, WritingActivity, WritingHeatmap};
use crate::error::Result;
use crate::http::extract::QueryParams;
use crate::http::query::{date_range, invalid_bin};
use crate::services::entries;

/// Date range and bin.
#[derive(Deserialize, JsonSchema)]
pub struct WritingStatsQuery {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// `week` (default), `month`, `quarter` or `year`.
    bin: Option<String>,
}

/// Date range.
#[derive(Deserialize, JsonSchema)]
pub struct HeatmapQuery {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
}

/// Date range and bucket width.
#[derive(Deserialize, JsonSchema)]
pub struct WordCountQuery {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// Bucket width in words, at least 10; default 100.
    bucket_size: Option<i64>,
}

pub async fn writing_stats(
    ctx: Ctx,
    QueryParams(wanted): QueryParams<WritingStatsQuery>,
) -> Result<Json<WritingActivity>> {
    let bin = ChartBin::from_name(wanted.bin.as_deref().unwrap_or("week")).ok_or_else(|| invalid_bin(""))?;
    entries::writing_statistics(&ctx, date_range(wanted.from, wanted.to), bin).await.map(Json)
}

pub async fn heatmap(ctx: Ctx, QueryParams(dates): QueryParams<HeatmapQuery>) -> Result<Json<WritingHeatmap>> {
    entries::heatmap(&ctx, date_range(dates.from, dates.to)).await.map(Json)
}

pub async fn word_counts(ctx: Ctx, QueryParams(wanted): QueryParams<WordCountQuery>) -> Result<Json<LengthHistogram>> {
    entries::length_distribution(&ctx, date_range(wanted.from, wanted.to), wanted.bucket_size.unwrap_or(100))
        .await
        .map(Json)
}
