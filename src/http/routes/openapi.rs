//! Route of the OpenAPI document.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde_json::Value;

use crate::app::context::Ctx;
use crate::error::Result;
use crate::http::openapi;
use crate::http::route::{HttpRoute, RouteAccess};

pub(super) fn routes() -> Vec<HttpRoute> {
    vec![
        HttpRoute::new(
            Method::GET,
            "/api/openapi.json",
            RouteAccess::Member,
            "Describes every route, as OpenAPI 3.1",
            document,
        )
        .replies::<OpenApiDocument>(200),
    ]
}

/// OpenAPI 3.1 document.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "schema only: describes the document that `openapi` generates")]
struct OpenApiDocument {
    /// `3.1.0`.
    openapi: String,
    /// Name and version of the server.
    info: serde_json::Map<String, Value>,
    /// Routes by path.
    paths: serde_json::Map<String, Value>,
}

async fn document(_: Ctx) -> Result<Json<&'static Value>> {
    Ok(Json(openapi::cached_document()))
}
