//! Health routes.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::health::HealthReport;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::http::route::{HttpRoute, RateClass, RouteAccess};
use crate::services::entries;

pub(super) fn routes() -> Vec<HttpRoute> {
    vec![
        HttpRoute::new(Method::GET, "/health", RouteAccess::Public, "Liveness check", liveness)
            .rate_class(RateClass::Free)
            .replies::<HealthResponse>(200),
        HttpRoute::new(
            Method::GET,
            "/api/health",
            RouteAccess::Requires(Scope::EntriesRead),
            "Returns the health of the caller's journal",
            health,
        )
        .replies::<HealthReport>(200),
    ]
}

/// Liveness status.
#[derive(Serialize, JsonSchema)]
struct HealthResponse {
    /// Always `ok`.
    status: &'static str,
}

async fn liveness() -> Json<HealthResponse> {
    Json(HealthResponse { status: "ok" })
}

async fn health(ctx: Ctx) -> Result<Json<HealthReport>> {
    entries::health(&ctx).await.map(Json)
}
