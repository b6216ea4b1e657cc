//! Health routes.

use axum::Json;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::health::HealthReport;
use crate::error::Result;
use crate::services::entries;

/// Liveness status.
#[derive(Serialize, JsonSchema)]
pub struct HealthResponse {
    /// Always `ok`.
    status: &'static str,
}

pub async fn liveness() -> Json<HealthResponse> {
    Json(HealthResponse { status: "ok" })
}

pub async fn health(ctx: Ctx) -> Result<Json<HealthReport>> {
    entries::health(&ctx).await.map(Json)
}
