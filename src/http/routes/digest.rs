//! Routes for this day in earlier years and for the weekly digest.

use axum::Json;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::digest;
use crate::domain::digest::{DigestCounts, IsoWeek, OnThisDay, WeeklyDigest};
use crate::error::Result;
use crate::http::extract::QueryParams;
use crate::services::entries;

/// Day.
#[derive(Deserialize, JsonSchema)]
pub struct TodayQuery {
    /// `YYYY-MM-DD`; default today.
    date: Option<String>,
}

/// Week and level of detail.
#[derive(Deserialize, JsonSchema)]
pub struct DigestQuery {
    /// ISO 8601 week, `YYYY-Www`; default this week.
    week: Option<String>,
    /// True for numbers only, without names and text.
    content_free: Option<bool>,
}

/// Weekly digest.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum DigestResponse {
    /// With moods, people and earlier years.
    Full(WeeklyDigest),
    /// Numbers only.
    Numbers(DigestCounts),
}

pub async fn today(ctx: Ctx, QueryParams(day): QueryParams<TodayQuery>) -> Result<Json<OnThisDay>> {
    entries::today(&ctx, day.date.as_deref()).await.map(Json)
}

pub async fn week(ctx: Ctx, QueryParams(which): QueryParams<DigestQuery>) -> Result<Json<DigestResponse>> {
    let week = which.week.as_deref().map_or_else(|| digest::week_of(&ctx, None), IsoWeek::parse)?;
    let response = if which.content_free == Some(true) {
        DigestResponse::Numbers(digest::numbers(&ctx, week).await?)
    } else {
        DigestResponse::Full(digest::digest_of_week(&ctx, week).await?)
    };
    Ok(Json(response))
}
