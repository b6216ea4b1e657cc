//! What the server is set to, what may be changed of it, what models cost.

use std::collections::BTreeMap;

use axum::Json;
use http::Method;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::config::runtime;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::extract::Body;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::model::price::Price;
use crate::model::scope::Scope;
use crate::pricing;
use crate::settings;
use crate::settings::Setting;
use crate::settings::Settings;

pub(super) fn routes() -> Vec<Route> {
    let (reads, changes) = (Access::Needs(Scope::EntriesRead), Access::Needs(Scope::AdminSettings));
    vec![
        Route::new(Method::GET, "/api/settings", reads, "Shows what the server is set to", all)
            .replies::<Settings>(200),
        Route::new(Method::GET, "/api/settings/runtime", reads, "Lists what admins may change", changeable)
            .replies::<Changeable>(200),
        Route::new(Method::PATCH, "/api/settings/runtime", changes, "Changes settings while the server runs", change)
            .body::<BTreeMap<String, runtime::Value>>()
            .replies::<Changed>(200),
        Route::new(Method::GET, "/api/settings/pricing", reads, "Lists what models cost", prices)
            .replies::<Prices>(200),
        Route::new(Method::PATCH, "/api/settings/pricing", changes, "Changes what models cost", change_prices)
            .body::<BTreeMap<String, PriceChange>>()
            .replies::<PricesChanged>(200)
            .replies::<PricesChanged>(207),
    ]
}

/// What admins may change.
#[derive(Serialize, JsonSchema)]
struct Changeable {
    /// The settings.
    settings: Vec<Setting>,
}

/// Settings that were changed.
#[derive(Serialize, JsonSchema)]
struct Changed {
    /// Which.
    updated: Vec<String>,
    /// Every setting, as it is now.
    settings: Vec<Setting>,
    /// What could not be done.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    warnings: Vec<String>,
}

/// What models cost.
#[derive(Serialize, JsonSchema)]
struct Prices {
    /// By category and model.
    pricing: Vec<Price>,
}

/// Fields of a price to change; at least one.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "documents what is read field by field, so that one model's mistake spares the others")]
struct PriceChange {
    /// US dollars a million tokens read; null for none.
    input_cost_per_mtok: Option<f64>,
    /// US dollars a million tokens written; null for none.
    output_cost_per_mtok: Option<f64>,
    /// US dollars a minute of speech; null for none.
    cost_per_minute: Option<f64>,
    /// When it was last compared with the provider's list, `YYYY-MM-DD`.
    last_verified: Option<String>,
}

/// Prices that were changed.
#[derive(Serialize, JsonSchema)]
struct PricesChanged {
    /// Models.
    updated: Vec<String>,
    /// Every price, as it is now.
    pricing: Vec<Price>,
    /// What could not be done.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    errors: Vec<String>,
}

async fn all(ctx: Ctx) -> Result<Json<Settings>> {
    settings::all(&ctx).await.map(Json)
}

async fn changeable(ctx: Ctx) -> Result<Json<Changeable>> {
    Ok(Json(Changeable { settings: settings::changeable(&ctx).await? }))
}

async fn change(ctx: Ctx, Body(changes): Body<BTreeMap<String, Value>>) -> Result<Json<Changed>> {
    let done = settings::change(&ctx, changes).await?;
    Ok(Json(Changed { updated: done.updated, settings: done.settings, warnings: done.warnings }))
}

async fn prices(ctx: Ctx) -> Result<Json<Prices>> {
    Ok(Json(Prices { pricing: pricing::list(&ctx).await? }))
}

async fn change_prices(
    ctx: Ctx,
    Body(changes): Body<BTreeMap<String, Value>>,
) -> Result<(StatusCode, Json<PricesChanged>)> {
    let done = pricing::change(&ctx, changes).await?;
    let status = if done.errors.is_empty() { StatusCode::OK } else { StatusCode::MULTI_STATUS };
    Ok((status, Json(PricesChanged { updated: done.updated, pricing: done.pricing, errors: done.errors })))
}
