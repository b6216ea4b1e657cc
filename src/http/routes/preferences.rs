//! What a user prefers.

use std::collections::BTreeMap;

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::extract::Body;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::model::scope::Scope;
use crate::preferences;

pub(super) fn routes() -> Vec<Route> {
    let own = Access::Needs(Scope::Account);
    let path = "/api/users/me/preferences";
    vec![
        Route::new(Method::GET, path, own, "Shows your preferences", all).replies::<Preferences>(200),
        Route::new(Method::PATCH, path, own, "Sets preferences, all or none", set)
            .body::<BTreeMap<String, Value>>()
            .replies::<Preferences>(200)
            .refuses(&[409]),
    ]
}

/// Preferences.
#[derive(Serialize, JsonSchema)]
struct Preferences {
    /// Any JSON by key.
    preferences: BTreeMap<String, Value>,
}

async fn all(ctx: Ctx) -> Result<Json<Preferences>> {
    Ok(Json(Preferences { preferences: preferences::all(&ctx).await? }))
}

async fn set(ctx: Ctx, Body(changes): Body<BTreeMap<String, Value>>) -> Result<Json<Preferences>> {
    Ok(Json(Preferences { preferences: preferences::set(&ctx, changes).await? }))
}
