//! Fitness status route: fitness is not supported, but every page of the web client requests it.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::route::{HttpRoute, RouteAccess};

/// Connected fitness services.
#[derive(Serialize, JsonSchema)]
struct FitnessStatusResponse {
    /// Always null.
    strava: Option<()>,
    /// Always null.
    garmin: Option<()>,
}

pub(super) fn routes() -> Vec<HttpRoute> {
    let about = "Returns that no fitness service is connected";
    vec![
        HttpRoute::new(Method::GET, "/api/fitness/sync/status", RouteAccess::Member, about, fitness)
            .replies::<FitnessStatusResponse>(200),
    ]
}

async fn fitness() -> Json<FitnessStatusResponse> {
    Json(FitnessStatusResponse { strava: None, garmin: None })
}
