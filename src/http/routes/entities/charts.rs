//! Dashboard charts of entity mentions.

use axum::Json;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::dashboard::ChartBin;
use crate::domain::entity::{EntityDistribution, EntityTrends, MoodEntityCorrelation};
use crate::error::Result;
use crate::http::extract::QueryParams;
use crate::http::query::{date_range, invalid_bin};
use crate::services::entities;

/// Filter of the mention counts.
#[derive(Deserialize, JsonSchema)]
pub struct EntityDistributionQuery {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// `person`, `place`, `activity`, `organization`, `topic` or `other`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Maximum number of entities, 1 to 200; default 50.
    limit: Option<i64>,
}

/// Filter of the mention counts, and the bin.
#[derive(Deserialize, JsonSchema)]
pub struct EntityTrendQuery {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// `week`, `month` (default), `quarter` or `year`.
    bin: Option<String>,
    /// `person`, `place`, `activity`, `organization`, `topic` or `other`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Maximum number of entities, 1 to 50; default 8.
    limit: Option<i64>,
}

/// Filter of the mentions, and the mood dimension.
#[derive(Deserialize, JsonSchema)]
pub struct MoodCorrelationQuery {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// Mood dimension.
    dimension: Option<String>,
    /// `person`, `place`, `activity`, `organization`, `topic` or `other`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Maximum number of entities, 1 to 50; default 10.
    limit: Option<i64>,
}

pub async fn distribution(
    ctx: Ctx,
    QueryParams(chart): QueryParams<EntityDistributionQuery>,
) -> Result<Json<EntityDistribution>> {
    let EntityDistributionQuery { from, to, kind, limit } = chart;
    let chart = entities::EntityChartQuery { between: date_range(from, to), kind, limit: limit.unwrap_or(50) };
    entities::mention_distribution(&ctx, chart).await.map(Json)
}

pub async fn trends(ctx: Ctx, QueryParams(chart): QueryParams<EntityTrendQuery>) -> Result<Json<EntityTrends>> {
    let EntityTrendQuery { from, to, bin, kind, limit } = chart;
    let bin = ChartBin::from_name(bin.as_deref().unwrap_or("month")).ok_or_else(|| invalid_bin(""))?;
    let chart = entities::EntityChartQuery { between: date_range(from, to), kind, limit: limit.unwrap_or(8) };
    entities::mention_trends(&ctx, chart, bin).await.map(Json)
}

pub async fn correlation(
    ctx: Ctx,
    QueryParams(chart): QueryParams<MoodCorrelationQuery>,
) -> Result<Json<MoodEntityCorrelation>> {
    let MoodCorrelationQuery { from, to, dimension, kind, limit } = chart;
    let chart = entities::EntityChartQuery { between: date_range(from, to), kind, limit: limit.unwrap_or(10) };
    entities::mood_correlation(&ctx, dimension, chart).await.map(Json)
}
