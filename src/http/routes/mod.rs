//! The table of routes, put together from one file a noun.

mod account;
mod admin;
mod auth;
mod entries;
mod health;
mod keys;
mod notifications;
mod preferences;
mod sessions;
mod settings;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::route::Route;

/// Returns every route there is.
pub fn all() -> Vec<Route> {
    let nouns = [
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
    ];
    nouns.into_iter().flatten().collect()
}

/// Answers what no route is for.
pub(crate) async fn absent() -> Result<()> {
    Err(Error::not_found("page").hint("`GET /api/openapi.json` lists what there is"))
}

/// Answers a method that the route does not have.
pub(crate) async fn wrong_method() -> Result<()> {
    Err(Error::new(Kind::Invalid, "this route does not take that method").code("method_not_allowed").with_status(405))
}
