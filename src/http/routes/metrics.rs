//! Metrics route.

use axum::response::{IntoResponse, Response};
use http::{Method, header};

use crate::app::context::Ctx;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::http::route::{HttpRoute, RouteAccess};
use crate::services::admin::metrics;

pub(super) fn routes() -> Vec<HttpRoute> {
    let needs = RouteAccess::Requires(Scope::AdminMetrics);
    let about = "Returns server metrics in the OpenMetrics text format";
    vec![HttpRoute::new(Method::GET, "/metrics", needs, about, server_metrics).returns_bytes(200)]
}

async fn server_metrics(ctx: Ctx) -> Result<Response> {
    metrics::render(&ctx).await.map(metrics_response)
}

/// Returns an OpenMetrics response.
pub(crate) fn metrics_response(text: String) -> Response {
    ([(header::CONTENT_TYPE, metrics::MEDIA_TYPE)], text).into_response()
}
