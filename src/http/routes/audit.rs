//! Audit log route.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::audit::AuditEvent;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::http::extract::QueryParams;
use crate::http::route::{HttpRoute, RouteAccess};
use crate::services::audit;

pub(super) fn routes() -> Vec<HttpRoute> {
    let needs = RouteAccess::Requires(Scope::AdminAudit);
    vec![
        HttpRoute::new(Method::GET, "/api/admin/audit", needs, "Lists audit events, newest first", list)
            .query::<AuditQuery>()
            .replies::<AuditEventListResponse>(200),
    ]
}

/// Page of the audit log.
#[derive(Deserialize, JsonSchema)]
struct AuditQuery {
    /// Events per page, 1 to 1,000; out-of-range values are clamped.
    limit: Option<i64>,
    /// Only events before this position: the `seq` of the previous page's last event.
    before: Option<i64>,
}

/// Audit events.
#[derive(Serialize, JsonSchema)]
struct AuditEventListResponse {
    /// Events, newest first.
    items: Vec<AuditEvent>,
}

async fn list(ctx: Ctx, QueryParams(wanted): QueryParams<AuditQuery>) -> Result<Json<AuditEventListResponse>> {
    let items = audit::list(&ctx, wanted.limit.unwrap_or(audit::DEFAULT_LIMIT), wanted.before).await?;
    Ok(Json(AuditEventListResponse { items }))
}
