//! Browser session routes: list and revoke.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::id::SessionId;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::http::extract::PathId;
use crate::http::route::{HttpRoute, RouteAccess};
use crate::http::routes::auth::OkResponse;
use crate::services::accounts::sessions::{self, SessionListItem};

pub(super) fn routes() -> Vec<HttpRoute> {
    let own = RouteAccess::Requires(Scope::Account);
    vec![
        HttpRoute::new(Method::GET, "/api/auth/sessions", own, "Lists your sessions, newest first", list)
            .replies::<SessionListResponse>(200),
        HttpRoute::new(Method::DELETE, "/api/auth/sessions", own, "Ends all sessions except this one", revoke_others)
            .replies::<RevokedSessionsResponse>(200),
        HttpRoute::new(Method::DELETE, "/api/auth/sessions/{id}", own, "Ends a session", revoke)
            .replies::<OkResponse>(200),
    ]
}

/// Browser sessions.
#[derive(Serialize, JsonSchema)]
struct SessionListResponse {
    /// The sessions.
    items: Vec<SessionListItem>,
}

/// Revocation of sessions.
#[derive(Serialize, JsonSchema)]
struct RevokedSessionsResponse {
    /// Always true.
    ok: bool,
    /// Number of ended sessions.
    ended: usize,
}

async fn list(ctx: Ctx) -> Result<Json<SessionListResponse>> {
    Ok(Json(SessionListResponse { items: sessions::list(&ctx).await? }))
}

async fn revoke(ctx: Ctx, PathId(id): PathId<SessionId>) -> Result<Json<OkResponse>> {
    sessions::revoke(&ctx, id).await?;
    Ok(Json(OkResponse { ok: true }))
}

async fn revoke_others(ctx: Ctx) -> Result<Json<RevokedSessionsResponse>> {
    Ok(Json(RevokedSessionsResponse { ok: true, ended: sessions::revoke_others(&ctx).await? }))
}
