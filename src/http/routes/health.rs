//! Whether the server is well.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::entries;
use crate::error::Result;
use crate::http::route::Access;
use crate::http::route::Cost;
use crate::http::route::Route;
use crate::model::health::Health;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(Method::GET, "/health", Access::Public, "Tells that the server answers", alive)
            .costs(Cost::Free)
            .replies::<Alive>(200),
        Route::new(
            Method::GET,
            "/api/health",
            Access::Needs(Scope::EntriesRead),
            "Tells how the caller's own journal is doing",
            health,
        )
        .replies::<Health>(200),
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

async fn health(ctx: Ctx) -> Result<Json<Health>> {
    entries::health(&ctx).await.map(Json)
}
