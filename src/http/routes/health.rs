//! Whether the server is well.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::route::Access;
use crate::http::route::Cost;
use crate::http::route::Route;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(Method::GET, "/health", Access::Public, "Tells that the server answers", alive)
            .costs(Cost::Free)
            .replies::<Alive>(200),
    ]
}

/// What a stranger learns.
#[derive(Serialize, JsonSchema)]
struct Alive {
    /// `ok`.
    status: &'static str,
}

async fn alive() -> Json<Alive> {
    Json(Alive { status: "ok" })
}
