//! Job routes.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::id::JobId;
use crate::domain::job::{JobPage, JobView};
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::http::extract::{PathId, QueryParams};
use crate::http::route::{HttpRoute, RouteAccess};
use crate::jobs;

pub(super) fn routes() -> Vec<HttpRoute> {
    let (reads, works) = (RouteAccess::Requires(Scope::EntriesRead), RouteAccess::Requires(Scope::Ingest));
    vec![
        HttpRoute::new(Method::GET, "/api/jobs", reads, "Lists jobs, newest first", list)
            .query::<ListJobsQuery>()
            .replies::<JobPage>(200),
        HttpRoute::new(Method::GET, "/api/jobs/{job_id}", reads, "Shows a job", show).replies::<JobView>(200),
        HttpRoute::new(
            Method::POST,
            "/api/jobs/{job_id}/retry",
            works,
            "Queues a failed or cancelled job again",
            retry,
        )
        .replies::<JobView>(200)
        .errors(&[409]),
        HttpRoute::new(Method::POST, "/api/jobs/{job_id}/cancel", works, "Cancels a queued or running job", cancel)
            .replies::<JobView>(200)
            .errors(&[409]),
    ]
}

/// Page of jobs.
#[derive(Deserialize, JsonSchema)]
struct ListJobsQuery {
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

async fn list(ctx: Ctx, QueryParams(wanted): QueryParams<ListJobsQuery>) -> Result<Json<JobPage>> {
    let ListJobsQuery { status, kind, search, limit, offset } = wanted;
    let (limit, offset) = (limit.unwrap_or(jobs::DEFAULT_LIMIT), offset.unwrap_or(0));
    let list = jobs::JobListQuery { status, kind, search, limit, offset };
    jobs::list(&ctx, list).await.map(Json)
}

async fn show(ctx: Ctx, PathId(id): PathId<JobId>) -> Result<Json<JobView>> {
    jobs::get(&ctx, id).await.map(Json)
}

async fn retry(ctx: Ctx, PathId(id): PathId<JobId>) -> Result<Json<JobView>> {
    jobs::retry(&ctx, id).await.map(Json)
}

async fn cancel(ctx: Ctx, PathId(id): PathId<JobId>) -> Result<Json<JobView>> {
    jobs::cancel(&ctx, id).await.map(Json)
}
