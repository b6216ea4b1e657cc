//! Which notifications there are.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::model::scope::Scope;
use crate::notifications;
use crate::notifications::Topic;

pub(super) fn routes() -> Vec<Route> {
    let own = Access::Needs(Scope::Account);
    vec![
        Route::new(Method::GET, "/api/notifications/topics", own, "Lists the topics you may choose", topics)
            .replies::<Topics>(200),
        Route::new(Method::GET, "/api/notifications/status", own, "Tells whether you could be notified", status)
            .replies::<Status>(200),
    ]
}

/// Topics.
#[derive(Serialize, JsonSchema)]
struct Topics {
    /// With what you chose.
    topics: Vec<Topic>,
}

/// Whether one could be notified.
#[derive(Serialize, JsonSchema)]
struct Status {
    /// Whether there are credentials, yours or the server's.
    configured: bool,
}

async fn topics(ctx: Ctx) -> Result<Json<Topics>> {
    Ok(Json(Topics { topics: notifications::topics(&ctx).await? }))
}

async fn status(ctx: Ctx) -> Result<Json<Status>> {
    Ok(Json(Status { configured: notifications::is_configured(&ctx).await? }))
}
