//! Metrics route.

use axum::response::{IntoResponse, Response};
use http::header;

use crate::app::context::Ctx;
use crate::error::Result;
use crate::services::admin::metrics;

pub async fn server_metrics(ctx: Ctx) -> Result<Response> {
    metrics::render(&ctx).await.map(metrics_response)
}

/// Returns an `OpenMetrics` response.
pub fn metrics_response(text: String) -> Response {
    ([(header::CONTENT_TYPE, metrics::MEDIA_TYPE)], text).into_response()
}
