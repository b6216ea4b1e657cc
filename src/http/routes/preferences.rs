//! User preference routes.

use std::collections::BTreeMap;

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::app::context::Ctx;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::http::extract::StrictJson;
use crate::http::route::{HttpRoute, RouteAccess};
use crate::services::accounts::preferences;

pub(super) fn routes() -> Vec<HttpRoute> {
    let own = RouteAccess::Requires(Scope::Account);
    let path = "/api/users/me/preferences";
    vec![
        HttpRoute::new(Method::GET, path, own, "Shows your preferences", all).replies::<PreferencesResponse>(200),
        HttpRoute::new(Method::PATCH, path, own, "Sets preferences atomically", set)
            .body::<BTreeMap<String, Value>>()
            .replies::<PreferencesResponse>(200)
            .errors(&[409]),
    ]
}

/// User preferences.
#[derive(Serialize, JsonSchema)]
struct PreferencesResponse {
    /// JSON values by key.
    preferences: BTreeMap<String, Value>,
}

async fn all(ctx: Ctx) -> Result<Json<PreferencesResponse>> {
    Ok(Json(PreferencesResponse { preferences: preferences::all(&ctx).await? }))
}

async fn set(ctx: Ctx, StrictJson(changes): StrictJson<BTreeMap<String, Value>>) -> Result<Json<PreferencesResponse>> {
    Ok(Json(PreferencesResponse { preferences: preferences::set(&ctx, changes).await? }))
}
