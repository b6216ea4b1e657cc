//! Egress ledger and policy routes.

use axum::Json;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::egress::{EgressPolicy, EgressReport, LedgerPage};
use crate::error::Result;
use crate::http::extract::{QueryParams, StrictJson};
use crate::services::egress_settings::{self, EgressPolicyUpdate, LedgerDateRange};

/// Page of the egress ledger.
#[derive(Deserialize, JsonSchema)]
pub struct EgressLedgerQuery {
    /// First day, `YYYY-MM-DD`, UTC.
    from: Option<String>,
    /// Last day, `YYYY-MM-DD`, UTC.
    to: Option<String>,
    /// Only calls with this purpose.
    purpose: Option<String>,
    /// Rows per page, 1 to 200; out-of-range values are clamped.
    limit: Option<i64>,
    /// Rows to skip, at most 10,000.
    offset: Option<i64>,
}

/// Date range.
#[derive(Deserialize, JsonSchema)]
pub struct EgressReportQuery {
    /// First day, `YYYY-MM-DD`, UTC.
    from: Option<String>,
    /// Last day, `YYYY-MM-DD`, UTC.
    to: Option<String>,
}

pub async fn list(ctx: Ctx, QueryParams(wanted): QueryParams<EgressLedgerQuery>) -> Result<Json<LedgerPage>> {
    let days = LedgerDateRange { from: wanted.from, to: wanted.to };
    let (limit, offset) = (wanted.limit.unwrap_or(egress_settings::DEFAULT_LIMIT), wanted.offset.unwrap_or(0));
    egress_settings::list(&ctx, egress_settings::LedgerQuery { days, purpose: wanted.purpose, limit, offset })
        .await
        .map(Json)
}

pub async fn report(ctx: Ctx, QueryParams(between): QueryParams<EgressReportQuery>) -> Result<Json<EgressReport>> {
    egress_settings::report(&ctx, LedgerDateRange { from: between.from, to: between.to }).await.map(Json)
}

pub async fn show(ctx: Ctx) -> Result<Json<EgressPolicy>> {
    egress_settings::policy(&ctx).await.map(Json)
}

pub async fn change(ctx: Ctx, StrictJson(given): StrictJson<EgressPolicyUpdate>) -> Result<Json<EgressPolicy>> {
    egress_settings::change(&ctx, given).await.map(Json)
}
