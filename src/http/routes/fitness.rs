//! Which fitness services are connected: none, and every page of the web client asks.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::route::Access;
use crate::http::route::Route;

/// Which fitness services are connected.
#[derive(Serialize, JsonSchema)]
struct Fitness {
    /// Always null.
    strava: Option<()>,
    /// Always null.
    garmin: Option<()>,
}

pub(super) fn routes() -> Vec<Route> {
    let about = "Tells that no fitness service is connected";
    vec![Route::new(Method::GET, "/api/fitness/sync/status", Access::Member, about, fitness).replies::<Fitness>(200)]
}

async fn fitness() -> Json<Fitness> {
    Json(Fitness { strava: None, garmin: None })
}
