//! Job routes.

use axum::Json;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::id::JobId;
use crate::domain::job::{JobPage, JobView};
use crate::error::Result;
use crate::http::extract::{PathId, QueryParams};
use crate::jobs;

/// Page of jobs.
#[derive(Deserialize, JsonSchema)]
pub struct ListJobsQuery {
    /// Only jobs that are `queued`, `running`, `succeeded`, `failed` or `cancelled`.
    status: Option<String>,
    /// Only jobs of this type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Only jobs with this in their id, type or error, case-insensitive.
    search: Option<String>,
    /// Jobs per page, 1 to 500; out-of-range values are clamped.
    limit: Option<i64>,
    /// Jobs to skip.
    offset: Option<i64>,
}

pub async fn list(ctx: Ctx, QueryParams(wanted): QueryParams<ListJobsQuery>) -> Result<Json<JobPage>> {
    let ListJobsQuery { status, kind, search, limit, offset } = wanted;
    let (limit, offset) = (limit.unwrap_or(jobs::DEFAULT_LIMIT), offset.unwrap_or(0));
    let list = jobs::JobListQuery { status, kind, search, limit, offset };
    jobs::list(&ctx, list).await.map(Json)
}

pub async fn show(ctx: Ctx, PathId(id): PathId<JobId>) -> Result<Json<JobView>> {
    jobs::get(&ctx, id).await.map(Json)
}

pub async fn retry(ctx: Ctx, PathId(id): PathId<JobId>) -> Result<Json<JobView>> {
    jobs::retry(&ctx, id).await.map(Json)
}

pub async fn cancel(ctx: Ctx, PathId(id): PathId<JobId>) -> Result<Json<JobView>> {
    jobs::cancel(&ctx, id).await.map(Json)
}
