//! Server settings and model pricing routes.

use std::collections::BTreeMap;

use axum::Json;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::app::context::Ctx;
use crate::domain::price::ModelPrice;
use crate::error::Result;
use crate::http::extract::StrictJson;
use crate::services::admin::pricing;
use crate::services::admin::settings::{self, RuntimeSettingItem, SettingsResponse};

/// Runtime settings.
#[derive(Serialize, JsonSchema)]
pub struct RuntimeSettingsResponse {
    /// The settings.
    settings: Vec<RuntimeSettingItem>,
}

/// Result of a change of runtime settings.
#[derive(Serialize, JsonSchema)]
pub struct UpdateSettingsResponse {
    /// Names of the changed settings.
    updated: Vec<String>,
    /// All settings after the change.
    settings: Vec<RuntimeSettingItem>,
    /// Changes that failed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    warnings: Vec<String>,
}

/// Model prices.
#[derive(Serialize, JsonSchema)]
pub struct PricingResponse {
    /// Prices by category and model.
    pricing: Vec<ModelPrice>,
}

/// Changes to a price; at least one field.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "schema only: fields are parsed one by one, so that an error stays in its model")]
pub struct UpdatePriceRequest {
    /// US dollars per million input tokens; null for none.
    input_cost_per_mtok: Option<f64>,
    /// US dollars per million output tokens; null for none.
    output_cost_per_mtok: Option<f64>,
    /// US dollars per minute of audio; null for none.
    cost_per_minute: Option<f64>,
    /// Date of the last comparison with the provider's price list, `YYYY-MM-DD`.
    last_verified: Option<String>,
}

/// Result of a price change.
#[derive(Serialize, JsonSchema)]
pub struct UpdatePricingResponse {
    /// Names of the changed models.
    updated: Vec<String>,
    /// All prices after the change.
    pricing: Vec<ModelPrice>,
    /// Changes that failed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    errors: Vec<String>,
}

pub async fn all(ctx: Ctx) -> Result<Json<SettingsResponse>> {
    settings::all(&ctx).await.map(Json)
}

pub async fn runtime_settings(ctx: Ctx) -> Result<Json<RuntimeSettingsResponse>> {
    Ok(Json(RuntimeSettingsResponse { settings: settings::runtime_settings(&ctx).await? }))
}

pub async fn change(
    ctx: Ctx,
    StrictJson(changes): StrictJson<BTreeMap<String, Value>>,
) -> Result<Json<UpdateSettingsResponse>> {
    let done = settings::change(&ctx, changes).await?;
    Ok(Json(UpdateSettingsResponse { updated: done.updated, settings: done.settings, warnings: done.warnings }))
}

pub async fn prices(ctx: Ctx) -> Result<Json<PricingResponse>> {
    Ok(Json(PricingResponse { pricing: pricing::list(&ctx).await? }))
}

pub async fn change_prices(
    ctx: Ctx,
    StrictJson(changes): StrictJson<BTreeMap<String, Value>>,
) -> Result<(StatusCode, Json<UpdatePricingResponse>)> {
    let done = pricing::change(&ctx, changes).await?;
    let status = if done.errors.is_empty() { StatusCode::OK } else { StatusCode::MULTI_STATUS };
    Ok((status, Json(UpdatePricingResponse { updated: done.updated, pricing: done.pricing, errors: done.errors })))
}
