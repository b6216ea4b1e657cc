//! Route table, assembled from one file per resource.

mod account;
mod activity;
mod admin;
mod audit;
mod auth;
mod dashboard;
mod digest;
mod egress;
mod entities;
mod entries;
mod extraction;
mod fitness;
mod health;
mod ingest;
mod jobs;
mod keys;
mod mcp;
mod media;
pub(crate) mod metrics;
mod moods;
mod notifications;
mod openapi;
mod preferences;
mod reload;
mod search;
mod sessions;
mod settings;
mod stats;

use crate::domain::date_range::DateRange;
use crate::error::{Error, ErrorKind, Result};
use crate::http::route::HttpRoute;

/// Returns all routes.
pub fn all() -> Vec<HttpRoute> {
    [
        health::routes(),
        auth::routes(),
        account::routes(),
        keys::routes(),
        sessions::routes(),
        admin::routes(),
        settings::routes(),
        preferences::routes(),
        notifications::routes(),
        entries::routes(),
        entities::routes(),
        ingest::routes(),
        media::routes(),
        search::routes(),
        stats::routes(),
        dashboard::routes(),
        extraction::routes(),
        moods::routes(),
        fitness::routes(),
        digest::routes(),
        jobs::routes(),
        activity::routes(),
        egress::routes(),
        audit::routes(),
        mcp::routes(),
        metrics::routes(),
        reload::routes(),
        openapi::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns the date range of a query; existing clients send an empty string for no date.
fn date_range(from: Option<String>, to: Option<String>) -> DateRange {
    let given = |date: Option<String>| date.filter(|date| !date.is_empty());
    DateRange { from: given(from), to: given(to) }
}

/// Fallback for unknown paths.
pub(crate) async fn not_found() -> Result<()> {
    Err(Error::not_found("page").hint("`GET /api/openapi.json` lists all routes"))
}

/// Fallback for a method that the route does not support.
pub(crate) async fn method_not_allowed() -> Result<()> {
    Err(Error::new(ErrorKind::Invalid, "this route does not support that method")
        .code("method_not_allowed")
        .with_status(405))
}
