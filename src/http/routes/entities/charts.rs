//! What the dashboard draws of mentions.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ctx::Ctx;
use crate::entities;
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::routes::between;
use crate::http::routes::dashboard::invalid_bin;
use crate::model::dashboard::Bin;
use crate::model::entity::Correlation;
use crate::model::entity::Distribution;
use crate::model::entity::Trends;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let reads = Access::Needs(Scope::EntriesRead);
    let about = [
        "Counts what is mentioned",
        "Counts mentions of each week, month, quarter or year",
        "Averages a mood over the entries that speak of each",
    ];
    vec![
        Route::new(Method::GET, "/api/dashboard/entity-distribution", reads, about[0], distribution)
            .query::<Chart>()
            .replies::<Distribution>(200),
        Route::new(Method::GET, "/api/dashboard/entity-trends", reads, about[1], trends)
            .query::<Binned>()
            .replies::<Trends>(200),
        Route::new(Method::GET, "/api/dashboard/mood-entity-correlation", reads, about[2], correlation)
            .query::<Measured>()
            .replies::<Correlation>(200),
    ]
}

/// Which mentions to count.
#[derive(Deserialize, JsonSchema)]
struct Chart {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// `person`, `place`, `activity`, `organization`, `topic` or `other`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Entities to show, 1 to 200; 50 without one.
    limit: Option<i64>,
}

/// Which mentions to count, and the length of a bar.
#[derive(Deserialize, JsonSchema)]
struct Binned {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// `week`, `month`, `quarter` or `year`; `month` without one.
    bin: Option<String>,
    /// `person`, `place`, `activity`, `organization`, `topic` or `other`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Entities to show, 1 to 50; 8 without one.
    limit: Option<i64>,
}

/// Which mentions to look at, and what the mood is measured by.
#[derive(Deserialize, JsonSchema)]
struct Measured {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// What the mood is measured by.
    dimension: Option<String>,
    /// `person`, `place`, `activity`, `organization`, `topic` or `other`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Entities to show, 1 to 50; 10 without one.
    limit: Option<i64>,
}

async fn distribution(ctx: Ctx, Query(chart): Query<Chart>) -> Result<Json<Distribution>> {
    let Chart { from, to, kind, limit } = chart;
    let chart = entities::Chart { between: between(from, to), kind, limit: limit.unwrap_or(50) };
    entities::distribution(&ctx, chart).await.map(Json)
}

async fn trends(ctx: Ctx, Query(chart): Query<Binned>) -> Result<Json<Trends>> {
    let Binned { from, to, bin, kind, limit } = chart;
    let bin = Bin::named(bin.as_deref().unwrap_or("month")).ok_or_else(|| invalid_bin(""))?;
    let chart = entities::Chart { between: between(from, to), kind, limit: limit.unwrap_or(8) };
    entities::trends(&ctx, chart, bin).await.map(Json)
}

async fn correlation(ctx: Ctx, Query(chart): Query<Measured>) -> Result<Json<Correlation>> {
    let Measured { from, to, dimension, kind, limit } = chart;
    let chart = entities::Chart { between: between(from, to), kind, limit: limit.unwrap_or(10) };
    entities::correlation(&ctx, dimension, chart).await.map(Json)
}
