//! This day in earlier years, and what a week came to.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::digest;
use crate::entries;
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::model::digest::Digest;
use crate::model::digest::Numbers;
use crate::model::digest::Today;
use crate::model::digest::Week;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let reads = Access::Needs(Scope::EntriesRead);
    vec![
        Route::new(Method::GET, "/api/today", reads, "Returns what was written on a day in earlier years", today)
            .query::<Day>()
            .replies::<Today>(200),
        Route::new(Method::GET, "/api/digest", reads, "Tells what a week came to", week)
            .query::<Which>()
            .replies::<Told>(200),
    ]
}

/// A day.
#[derive(Deserialize, JsonSchema)]
struct Day {
    /// `YYYY-MM-DD`; today without one.
    date: Option<String>,
}

/// A week, and whether its words are wanted.
#[derive(Deserialize, JsonSchema)]
struct Which {
    /// `YYYY-Www` as ISO 8601 numbers it; this week without one.
    week: Option<String>,
    /// Whether there are to be numbers only: no names, no words.
    content_free: Option<bool>,
}

/// What a week came to.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Told {
    /// With moods, people and earlier years.
    Whole(Digest),
    /// In numbers.
    Numbers(Numbers),
}

async fn today(ctx: Ctx, Query(day): Query<Day>) -> Result<Json<Today>> {
    entries::today(&ctx, day.date.as_deref()).await.map(Json)
}

async fn week(ctx: Ctx, Query(which): Query<Which>) -> Result<Json<Told>> {
    let week = which.week.as_deref().map_or_else(|| digest::week_of(&ctx, None), Week::parse)?;
    let told = if which.content_free == Some(true) {
        Told::Numbers(digest::numbers(&ctx, week).await?)
    } else {
        Told::Whole(digest::of(&ctx, week).await?)
    };
    Ok(Json(told))
}
