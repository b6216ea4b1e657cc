//! The audit trail, for admins.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::audit;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::model::audit::Event;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let needs = Access::Needs(Scope::AdminAudit);
    vec![
        Route::new(Method::GET, "/api/admin/audit", needs, "Lists the events of the audit trail, newest first", list)
            .query::<Wanted>()
            .replies::<Events>(200),
    ]
}

/// A page of events.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    /// Events a page, 1 to 1,000; what lies outside is moved to the nearest.
    limit: Option<i64>,
    /// Only events before this position: the `seq` of the last one of the page before.
    before: Option<i64>,
}

/// Events.
#[derive(Serialize, JsonSchema)]
struct Events {
    /// Newest first.
    items: Vec<Event>,
}

async fn list(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Json<Events>> {
    let limit = u32::try_from(wanted.limit.unwrap_or(50).max(1)).unwrap_or(u32::MAX);
    let items = audit::list(&ctx, limit, wanted.before).await?;
    Ok(Json(Events { items }))
}
