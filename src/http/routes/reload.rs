//! Route that reloads a configuration file.

use axum::Json;

use crate::app::context::Ctx;
use crate::error::Result;
use crate::http::extract::PathId;
use crate::services::admin::reload::{self, ReloadSummary, ReloadTarget};

pub async fn reload_one(ctx: Ctx, PathId(what): PathId<ReloadTarget>) -> Result<Json<ReloadSummary>> {
    reload::reload(&ctx, what).await.map(Json)
}
