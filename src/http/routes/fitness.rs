//! Fitness services, of which there are none here; but every page of existing clients asks for them, and would show an error.

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

async fn fitness() -> Json<Fitness> {
    Json(Fitness { strava: None, garmin: None })
}

pub(super) fn routes() -> Vec<Route> {
    let about = "Tells that no fitness service is connected";
    vec![
        Route::new(Method::GET, "/api/fitness/sync/status", Access::Member, about, fitness).replies::<Fitness>(200),
    ]
}
