//! Mood routes: dimensions, trends, drilldown, scores of an entry and the owner's own scores.

use axum::Json;
use axum::extract::Request;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::app::context::Ctx;
use crate::domain::id::{EntryId, JobId};
use crate::domain::mood::{EntryMoods, MoodDimensionList, MoodDrilldown, MoodScoringMode, MoodTrends, TimeBin};
use crate::domain::text::preview;
use crate::error::{Error, Result};
use crate::http::body::read_body;
use crate::http::extract::{PathId, PathIdName, QueryParams, StrictJson};
use crate::http::query::{date_range, invalid_bin};
use crate::http::reply::Accepted;
use crate::jobs::{self, MoodBackfillRequest};
use crate::services::mood::{self, ManualScore};

/// Date range, bin and dimension.
#[derive(Deserialize, JsonSchema)]
pub struct MoodTrendQuery {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// `day`, `week` (default), `month`, `quarter` or `year`.
    bin: Option<String>,
    /// Mood dimension; default all.
    dimension: Option<String>,
}

/// Dimension and date range; all three fields are required.
#[derive(Deserialize, JsonSchema)]
pub struct MoodDrilldownQuery {
    /// Mood dimension.
    dimension: Option<String>,
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
}

pub async fn dimensions(ctx: Ctx) -> Result<Json<MoodDimensionList>> {
    mood::list_dimensions(&ctx).await.map(Json)
}

pub async fn trends(ctx: Ctx, QueryParams(wanted): QueryParams<MoodTrendQuery>) -> Result<Json<MoodTrends>> {
    let bin = TimeBin::from_name(wanted.bin.as_deref().unwrap_or("week")).ok_or_else(|| invalid_bin("day, "))?;
    let dimension = wanted.dimension.filter(|name| !name.trim().is_empty());
    let dates = date_range(wanted.from, wanted.to);
    mood::trends(&ctx, dates, bin, dimension.into_iter().collect()).await.map(Json)
}

pub async fn drilldown(ctx: Ctx, QueryParams(wanted): QueryParams<MoodDrilldownQuery>) -> Result<Json<MoodDrilldown>> {
    mood::drilldown(&ctx, wanted.dimension, date_range(wanted.from, wanted.to)).await.map(Json)
}

/// Entries to score.
#[derive(Deserialize, JsonSchema)]
pub struct BackfillMoodsRequest {
    /// `stale-only`: entries without a current score; `force`: all.
    #[serde(rename = "mode")]
    _mode: MoodScoringMode,
    /// First date, `YYYY-MM-DD`.
    #[serde(rename = "start_date", default)]
    _start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    #[serde(rename = "end_date", default)]
    _end_date: Option<String>,
}

/// Queued job.
#[derive(Serialize, JsonSchema)]
pub struct BackfillMoodsResponse {
    /// Id of the job.
    job_id: JobId,
    /// Always `queued`.
    status: &'static str,
}

pub async fn backfill(ctx: Ctx, request: Request) -> Result<Accepted<BackfillMoodsResponse>> {
    let backfill = parse_backfill(&read_body(request).await?)?;
    let job_id = jobs::enqueue_mood_backfill(&ctx, backfill).await?;
    Ok(Accepted(BackfillMoodsResponse { job_id, status: "queued" }))
}

/// Parses a backfill request as existing clients send it: invalid JSON counts as an empty object.
fn parse_backfill(body: &[u8]) -> Result<MoodBackfillRequest> {
    let invalid = |message: String| {
        Error::invalid(message).code("invalid_params").hint("send `mode`, and `start_date` and `end_date` if you like")
    };
    let mut given = match serde_json::from_slice(body) {
        Ok(Value::Object(given)) => given,
        Ok(_) => return Err(invalid("Request body must be a JSON object".to_owned())),
        Err(_) => Map::new(),
    };
    let known = ["mode", "start_date", "end_date"];
    let unknown: Vec<&str> = given.keys().map(String::as_str).filter(|name| !known.contains(name)).collect();
    if !unknown.is_empty() {
        let named: Vec<_> = unknown.iter().take(5).map(|name| format!("'{}'", preview(name, 40))).collect();
        return Err(invalid(format!("Unknown params for mood_backfill: [{}]", named.join(", "))));
    }
    let mut take_string = |name: &str| match given.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(invalid(format!("Param '{name}' must be a string"))),
    };
    let (mode, from, to) = (take_string("mode")?, take_string("start_date")?, take_string("end_date")?);
    let mode = mode.ok_or_else(|| invalid("Param 'mode' is required for mood_backfill".to_owned()))?;
    let mode = MoodScoringMode::from_name(&mode).ok_or_else(|| {
        invalid(format!("Param 'mode' must be one of ['force', 'stale-only'], got '{}'", preview(&mode, 40)))
    })?;
    Ok(MoodBackfillRequest { mode, between: date_range(from, to) })
}

pub async fn entry_moods(ctx: Ctx, PathId(id): PathId<EntryId>) -> Result<Json<EntryMoods>> {
    mood::scores_of_entry(&ctx, id).await.map(Json)
}

pub async fn set_own_score(
    ctx: Ctx,
    PathIdName(id, dimension): PathIdName<EntryId>,
    StrictJson(score): StrictJson<ManualScore>,
) -> Result<Json<EntryMoods>> {
    mood::set_score(&ctx, id, dimension, score).await.map(Json)
}

pub async fn clear_own_score(ctx: Ctx, PathIdName(id, dimension): PathIdName<EntryId>) -> Result<Json<EntryMoods>> {
    mood::clear_score(&ctx, id, dimension).await.map(Json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backfill_requests_parse_as_existing_clients_send_them() {
        let good = [
            (r#"{"mode":"stale-only"}"#, MoodScoringMode::StaleOnly, None, None),
            (r#"{"mode":"force","start_date":"2026-01-01"}"#, MoodScoringMode::Force, Some("2026-01-01"), None),
            (
                r#"{"mode":"force","start_date":"","end_date":"2026-02-01"}"#,
                MoodScoringMode::Force,
                None,
                Some("2026-02-01"),
            ),
        ];
        for (body, mode, from, to) in good {
            let order = parse_backfill(body.as_bytes()).unwrap();

            let dates = (order.between.from.as_deref(), order.between.to.as_deref());
            assert_eq!((order.mode, dates), (mode, (from, to)), "{body}");
        }
        let bad = [
            ("", "Param 'mode' is required for mood_backfill"),
            ("not json", "Param 'mode' is required for mood_backfill"),
            ("{}", "Param 'mode' is required for mood_backfill"),
            ("[]", "must be a JSON object"),
            ("null", "must be a JSON object"),
            (r#"{"mode":null}"#, "Param 'mode' must be a string"),
            (r#"{"mode":1}"#, "Param 'mode' must be a string"),
            (r#"{"mode":"all"}"#, "Param 'mode' must be one of ['force', 'stale-only'], got 'all'"),
            (r#"{"mode":"force","start_date":null}"#, "Param 'start_date' must be a string"),
            (r#"{"mode":"force","user_id":7}"#, "Unknown params for mood_backfill: ['user_id']"),
        ];
        for (body, expected) in bad {
            let refused = parse_backfill(body.as_bytes()).unwrap_err();

            assert!(refused.to_string().contains(expected), "{body}: {refused}");
            assert_eq!(refused.status(), 400);
        }
    }
}
