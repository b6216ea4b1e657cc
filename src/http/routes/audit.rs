//! Audit log route.

use axum::Json;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::audit::AuditEvent;
use crate::error::Result;
use crate::http::extract::QueryParams;
use crate::services::audit;

/// Page of the audit log.
#[derive(Deserialize, JsonSchema)]
pub struct AuditQuery {
    /// Events per page, 1 to 1,000; out-of-range values are clamped.
    limit: Option<i64>,
    /// Only events before this position: the `seq` of the previous page's last event.
    before: Option<i64>,
}

/// Audit events.
#[derive(Serialize, JsonSchema)]
pub struct AuditEventListResponse {
    /// Events, newest first.
    items: Vec<AuditEvent>,
}

pub async fn list(ctx: Ctx, QueryParams(wanted): QueryParams<AuditQuery>) -> Result<Json<AuditEventListResponse>> {
    let items = audit::list(&ctx, wanted.limit.unwrap_or(audit::DEFAULT_LIMIT), wanted.before).await?;
    Ok(Json(AuditEventListResponse { items }))
}
