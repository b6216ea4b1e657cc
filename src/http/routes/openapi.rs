//! What this server understands, as a document.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde_json::Value;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::openapi;
use crate::http::route::Access;
use crate::http::route::Route;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(Method::GET, "/api/openapi.json", Access::Member, "Describes every route, as OpenAPI 3.1", document)
            .replies::<Document>(200),
    ]
}

/// An OpenAPI 3.1 document.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the shape of what `openapi` makes, for the document itself")]
struct Document {
    /// `3.1.0`.
    openapi: String,
    /// Name and version of the server.
    info: serde_json::Map<String, Value>,
    /// Every route by its path.
    paths: serde_json::Map<String, Value>,
}

async fn document(_: Ctx) -> Result<Json<&'static Value>> {
    Ok(Json(openapi::served()))
}
