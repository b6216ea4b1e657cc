//! Egress ledger and policy routes.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::egress::{EgressPolicy, EgressReport, LedgerPage};
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::http::extract::{QueryParams, StrictJson};
use crate::http::route::{HttpRoute, RouteAccess};
use crate::services::egress_settings::{self, EgressPolicyUpdate, LedgerDateRange};

pub(super) fn routes() -> Vec<HttpRoute> {
    let own = RouteAccess::Requires(Scope::Account);
    let policy = "/api/egress/policy";
    vec![
        HttpRoute::new(
            Method::GET,
            "/api/egress",
            own,
            "Lists data sent to providers for your journal, newest first",
            list,
        )
        .query::<EgressLedgerQuery>()
        .replies::<LedgerPage>(200),
        HttpRoute::new(
            Method::GET,
            "/api/egress/report",
            own,
            "Sums up sent data by provider, purpose and model",
            report,
        )
        .query::<EgressReportQuery>()
        .replies::<EgressReport>(200),
        HttpRoute::new(Method::GET, policy, own, "Shows the egress policy of your journal", show)
            .replies::<EgressPolicy>(200),
        HttpRoute::new(Method::PATCH, policy, own, "Changes the egress policy of your journal", change)
            .body::<EgressPolicyUpdate>()
            .replies::<EgressPolicy>(200)
            .errors(&[404, 409]),
    ]
}

/// Page of the egress ledger.
#[derive(Deserialize, JsonSchema)]
struct EgressLedgerQuery {
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
struct EgressReportQuery {
    /// First day, `YYYY-MM-DD`, UTC.
    from: Option<String>,
    /// Last day, `YYYY-MM-DD`, UTC.
    to: Option<String>,
}

async fn list(ctx: Ctx, QueryParams(wanted): QueryParams<EgressLedgerQuery>) -> Result<Json<LedgerPage>> {
    let days = LedgerDateRange { from: wanted.from, to: wanted.to };
    let (limit, offset) = (wanted.limit.unwrap_or(egress_settings::DEFAULT_LIMIT), wanted.offset.unwrap_or(0));
    egress_settings::list(&ctx, egress_settings::LedgerQuery { days, purpose: wanted.purpose, limit, offset })
        .await
        .map(Json)
}

async fn report(ctx: Ctx, QueryParams(between): QueryParams<EgressReportQuery>) -> Result<Json<EgressReport>> {
    egress_settings::report(&ctx, LedgerDateRange { from: between.from, to: between.to }).await.map(Json)
}

async fn show(ctx: Ctx) -> Result<Json<EgressPolicy>> {
    egress_settings::policy(&ctx).await.map(Json)
}

async fn change(ctx: Ctx, StrictJson(given): StrictJson<EgressPolicyUpdate>) -> Result<Json<EgressPolicy>> {
    egress_settings::change(&ctx, given).await.map(Json)
}
