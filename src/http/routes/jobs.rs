//! Jobs of the caller's journal.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::extract::Id;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::jobs;
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::job::JobPage;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let (reads, works) = (Access::Needs(Scope::EntriesRead), Access::Needs(Scope::Ingest));
    vec![
        Route::new(Method::GET, "/api/jobs", reads, "Lists jobs, newest first", list)
            .query::<List>()
            .replies::<JobPage>(200),
        Route::new(Method::GET, "/api/jobs/{job_id}", reads, "Shows a job", show).replies::<Job>(200),
        Route::new(
            Method::POST,
            "/api/jobs/{job_id}/retry",
            works,
            "Queues a job anew that failed or was called off",
            retry,
        )
        .replies::<Job>(200)
        .refuses(&[409]),
        Route::new(
            Method::POST,
            "/api/jobs/{job_id}/cancel",
            works,
            "Calls a job off that is queued or running",
            cancel,
        )
        .replies::<Job>(200)
        .refuses(&[409]),
    ]
}

/// A page of jobs.
#[derive(Deserialize, JsonSchema)]
struct List {
    /// Only those that are `queued`, `running`, `succeeded`, `failed` or `cancelled`.
    status: Option<String>,
    /// Only those of this type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Only those with this in their id, type or error, whatever its case.
    search: Option<String>,
    /// Jobs a page, 1 to 500; what lies outside is moved to the nearest.
    limit: Option<i64>,
    /// Jobs to skip.
    offset: Option<i64>,
}

async fn list(ctx: Ctx, Query(wanted): Query<List>) -> Result<Json<JobPage>> {
    let List { status, kind, search, limit, offset } = wanted;
    let list = jobs::List { status, kind, search, limit: limit.unwrap_or(50), offset: offset.unwrap_or(0) };
    jobs::list(&ctx, list).await.map(Json)
}

async fn show(ctx: Ctx, Id(id): Id<JobId>) -> Result<Json<Job>> {
    jobs::get(&ctx, id).await.map(Json)
}

async fn retry(ctx: Ctx, Id(id): Id<JobId>) -> Result<Json<Job>> {
    jobs::retry(&ctx, id).await.map(Json)
}

async fn cancel(ctx: Ctx, Id(id): Id<JobId>) -> Result<Json<Job>> {
    jobs::cancel(&ctx, id).await.map(Json)
}
