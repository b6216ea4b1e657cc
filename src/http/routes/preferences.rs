//! User preference routes.

use std::collections::BTreeMap;

use axum::Json;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::app::context::Ctx;
use crate::error::Result;
use crate::http::extract::StrictJson;
use crate::services::accounts::preferences;

/// User preferences.
#[derive(Serialize, JsonSchema)]
pub struct PreferencesResponse {
    /// JSON values by key.
    preferences: BTreeMap<String, Value>,
}

pub async fn all(ctx: Ctx) -> Result<Json<PreferencesResponse>> {
    Ok(Json(PreferencesResponse { preferences: preferences::all(&ctx).await? }))
}

pub async fn set(
    ctx: Ctx,
    StrictJson(changes): StrictJson<BTreeMap<String, Value>>,
) -> Result<Json<PreferencesResponse>> {
    Ok(Json(PreferencesResponse { preferences: preferences::set(&ctx, changes).await? }))
}
