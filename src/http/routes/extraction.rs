//! Entity extraction route.

use crate::app::context::Ctx;
use crate::error::Result;
use crate::http::extract::LenientJson;
use crate::http::reply::Accepted;
use crate::services::entities::extraction::{self, ExtractionFilter, QueuedExtraction};

pub async fn extract(ctx: Ctx, LenientJson(given): LenientJson) -> Result<Accepted<QueuedExtraction>> {
    let ordered = extraction::enqueue(&ctx, ExtractionFilter::parse(&given)?).await?;
    Ok(Accepted(ordered))
}
