//! What the dashboard draws of entries and words.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ctx::Ctx;
use crate::entries;
use crate::error::Error;
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::routes::between;
use crate::model::dashboard::Bin;
use crate::model::dashboard::Heatmap;
use crate::model::dashboard::Lengths;
use crate::model::dashboard::Writing;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let reads = Access::Needs(Scope::EntriesRead);
    let about = [
        "Counts entries and words of each week, month, quarter or year",
        "Counts entries and words of each day",
        "Counts entries by their length",
    ];
    vec![
        Route::new(Method::GET, "/api/dashboard/writing-stats", reads, about[0], writing)
            .query::<Binned>()
            .replies::<Writing>(200),
        Route::new(Method::GET, "/api/dashboard/calendar-heatmap", reads, about[1], heatmap)
            .query::<Dates>()
            .replies::<Heatmap>(200),
        Route::new(Method::GET, "/api/dashboard/word-count-distribution", reads, about[2], lengths)
            .query::<Bucketed>()
            .replies::<Lengths>(200),
    ]
}

/// Dates to stay within, and the length of a bar.
#[derive(Deserialize, JsonSchema)]
struct Binned {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// `week`, `month`, `quarter` or `year`; `week` without one.
    bin: Option<String>,
}

/// Dates to stay within.
#[derive(Deserialize, JsonSchema)]
struct Dates {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
}

/// Dates to stay within, and the width of a bucket.
#[derive(Deserialize, JsonSchema)]
struct Bucketed {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// Words a bucket spans, at least 10; 100 without one.
    bucket_size: Option<i64>,
}

/// Refuses a length that no bar has; `more` names those that a route has besides.
pub(super) fn invalid_bin(more: &str) -> Error {
    Error::invalid("there is no such bin")
        .code("invalid_bin")
        .hint(format!("`bin` is {more}week, month, quarter or year"))
}

async fn writing(ctx: Ctx, Query(wanted): Query<Binned>) -> Result<Json<Writing>> {
    let bin = Bin::named(wanted.bin.as_deref().unwrap_or("week")).ok_or_else(|| invalid_bin(""))?;
    entries::writing(&ctx, between(wanted.from, wanted.to), bin).await.map(Json)
}

async fn heatmap(ctx: Ctx, Query(dates): Query<Dates>) -> Result<Json<Heatmap>> {
    entries::heatmap(&ctx, between(dates.from, dates.to)).await.map(Json)
}

async fn lengths(ctx: Ctx, Query(wanted): Query<Bucketed>) -> Result<Json<Lengths>> {
    entries::lengths(&ctx, between(wanted.from, wanted.to), wanted.bucket_size.unwrap_or(100)).await.map(Json)
}
