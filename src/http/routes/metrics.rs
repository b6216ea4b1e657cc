//! What the server measures of itself.

use axum::response::IntoResponse;
use axum::response::Response;
use http::Method;
use http::header;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::metrics;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let needs = Access::Needs(Scope::AdminMetrics);
    let about = "Returns what the server measures of itself, in the OpenMetrics text format";
    vec![Route::new(Method::GET, "/metrics", needs, about, all).gives_bytes(200)]
}

async fn all(ctx: Ctx) -> Result<Response> {
    metrics::text(&ctx).await.map(written)
}

/// Writes a reply of that format.
pub(crate) fn written(text: String) -> Response {
    ([(header::CONTENT_TYPE, metrics::MEDIA_TYPE)], text).into_response()
}
