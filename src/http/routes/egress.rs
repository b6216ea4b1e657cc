//! What left the caller's journal, and what may.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::extract::Body;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::model::egress::Ledger;
use crate::model::egress::Policy;
use crate::model::egress::Report;
use crate::model::scope::Scope;
use crate::privacy;
use crate::privacy::Change;
use crate::privacy::Days;

pub(super) fn routes() -> Vec<Route> {
    let own = Access::Needs(Scope::Account);
    let policy = "/api/egress/policy";
    vec![
        Route::new(Method::GET, "/api/egress", own, "Lists what left the machine for your journal, newest first", list)
            .query::<Wanted>()
            .replies::<Ledger>(200),
        Route::new(Method::GET, "/api/egress/report", own, "Sums up what left, by provider, purpose and model", report)
            .query::<Between>()
            .replies::<Report>(200),
        Route::new(Method::GET, policy, own, "Shows what may leave your journal", show).replies::<Policy>(200),
        Route::new(Method::PATCH, policy, own, "Changes what may leave your journal", change)
            .body::<Change>()
            .replies::<Policy>(200)
            .refuses(&[404, 409]),
    ]
}

/// A page of the ledger.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    /// First day, `YYYY-MM-DD`, UTC.
    from: Option<String>,
    /// Last day, `YYYY-MM-DD`, UTC.
    to: Option<String>,
    /// Only what left for this.
    purpose: Option<String>,
    /// Rows a page, 1 to 200; what lies outside is moved to the nearest.
    limit: Option<i64>,
    /// Rows to skip, at most 10,000.
    offset: Option<i64>,
}

/// Days between which to look.
#[derive(Deserialize, JsonSchema)]
struct Between {
    /// First day, `YYYY-MM-DD`, UTC.
    from: Option<String>,
    /// Last day, `YYYY-MM-DD`, UTC.
    to: Option<String>,
}

async fn list(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Json<Ledger>> {
    let days = Days { from: wanted.from, to: wanted.to };
    let (limit, offset) = (wanted.limit.unwrap_or(50), wanted.offset.unwrap_or(0));
    privacy::list(&ctx, privacy::Wanted { days, purpose: wanted.purpose, limit, offset }).await.map(Json)
}

async fn report(ctx: Ctx, Query(between): Query<Between>) -> Result<Json<Report>> {
    privacy::report(&ctx, Days { from: between.from, to: between.to }).await.map(Json)
}

async fn show(ctx: Ctx) -> Result<Json<Policy>> {
    privacy::policy(&ctx).await.map(Json)
}

async fn change(ctx: Ctx, Body(given): Body<Change>) -> Result<Json<Policy>> {
    privacy::change(&ctx, given).await.map(Json)
}
