//! Browser session routes: list and revoke.

use axum::Json;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::id::SessionId;
use crate::error::Result;
use crate::http::extract::PathId;
use crate::http::reply::OkResponse;
use crate::services::accounts::sessions::{self, SessionListItem};

/// Browser sessions.
#[derive(Serialize, JsonSchema)]
pub struct SessionListResponse {
    /// The sessions.
    items: Vec<SessionListItem>,
}

/// Revocation of sessions.
#[derive(Serialize, JsonSchema)]
pub struct RevokedSessionsResponse {
    /// Always true.
    ok: bool,
    /// Number of ended sessions.
    ended: usize,
}

pub async fn list(ctx: Ctx) -> Result<Json<SessionListResponse>> {
    Ok(Json(SessionListResponse { items: sessions::list(&ctx).await? }))
}

pub async fn revoke(ctx: Ctx, PathId(id): PathId<SessionId>) -> Result<Json<OkResponse>> {
    sessions::revoke(&ctx, id).await?;
    Ok(OkResponse::json())
}

pub async fn revoke_others(ctx: Ctx) -> Result<Json<RevokedSessionsResponse>> {
    Ok(Json(RevokedSessionsResponse { ok: true, ended: sessions::revoke_others(&ctx).await? }))
}
