//! Activity log route.

use axum::Json;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::activity::ActivityPage;
use crate::error::Result;
use crate::http::extract::QueryParams;
use crate::services::audit::activity;

/// Page of the activity log.
#[derive(Deserialize, JsonSchema)]
pub struct ActivityListQuery {
    /// Only activity since then: `7d`, `12h`, a date, or an instant.
    since: Option<String>,
    /// Items per page, 1 to 200; out-of-range values are clamped.
    limit: Option<i64>,
    /// Items to skip, at most 10,000.
    offset: Option<i64>,
}

pub async fn list(ctx: Ctx, QueryParams(wanted): QueryParams<ActivityListQuery>) -> Result<Json<ActivityPage>> {
    let page = activity::ActivityPageRequest {
        since: wanted.since,
        limit: wanted.limit.unwrap_or(activity::DEFAULT_LIMIT),
        offset: wanted.offset.unwrap_or(0),
    };
    activity::list(&ctx, page).await.map(Json)
}
