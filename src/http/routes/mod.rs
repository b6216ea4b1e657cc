//! The table of routes, put together from one file a noun.

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

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::route::Route;
use crate::model::between::Between;

/// Returns every route there is.
pub fn all() -> Vec<Route> {
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

/// Makes a range of what a query names; existing clients send an empty date for none.
fn between(from: Option<String>, to: Option<String>) -> Between {
    let given = |date: Option<String>| date.filter(|date| !date.is_empty());
    Between { from: given(from), to: given(to) }
}

/// Answers what no route is for.
pub(crate) async fn absent() -> Result<()> {
    Err(Error::not_found("page").hint("`GET /api/openapi.json` lists what there is"))
}

/// Answers a method that the route does not have.
pub(crate) async fn wrong_method() -> Result<()> {
    Err(Error::new(Kind::Invalid, "this route does not take that method").code("method_not_allowed").with_status(405))
}
