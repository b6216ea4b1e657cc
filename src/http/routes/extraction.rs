//! Entity extraction route.

use axum::Json;
use http::{Method, StatusCode};

use crate::app::context::Ctx;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::http::extract::LenientJson;
use crate::http::route::{HttpRoute, RateClass, RouteAccess};
use crate::services::entities::extraction::{self, ExtractionFilter, QueuedExtraction};

pub(super) fn routes() -> Vec<HttpRoute> {
    let writes = RouteAccess::Requires(Scope::EntriesWrite);
    vec![
        HttpRoute::new(Method::POST, "/api/entities/extract", writes, "Queues entity extraction", extract)
            .rate_class(RateClass::Expensive)
            .body::<ExtractionFilter>()
            .replies::<QueuedExtraction>(202)
            .errors(&[404, 409]),
    ]
}

async fn extract(ctx: Ctx, LenientJson(given): LenientJson) -> Result<(StatusCode, Json<QueuedExtraction>)> {
    let ordered = extraction::enqueue(&ctx, ExtractionFilter::parse(&given)?).await?;
    Ok((StatusCode::ACCEPTED, Json(ordered)))
}
