//! Fitness status route: fitness is not supported, but every page of the web client requests it.

use axum::Json;
use schemars::JsonSchema;
use serde::Serialize;

/// Connected fitness services.
#[derive(Serialize, JsonSchema)]
pub struct FitnessStatusResponse {
    /// Always null.
    strava: Option<()>,
    /// Always null.
    garmin: Option<()>,
}

pub async fn status() -> Json<FitnessStatusResponse> {
    Json(FitnessStatusResponse { strava: None, garmin: None })
}
