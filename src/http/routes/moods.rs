//! Moods: what they are measured by, how they run over time, what an entry comes to and what its owner says of it.

use axum::Json;
use axum::extract::Request;
use http::Method;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::http::extract::Body;
use crate::http::extract::Id;
use crate::http::extract::Named;
use crate::http::extract::Query;
use crate::http::extract::read;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::routes::between;
use crate::http::routes::dashboard::invalid_bin;
use crate::jobs;
use crate::jobs::Backfill;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::mood::Drilldown;
use crate::model::mood::EntryMoods;
use crate::model::mood::Measures;
use crate::model::mood::Mode;
use crate::model::mood::Step;
use crate::model::mood::Trends;
use crate::model::scope::Scope;
use crate::model::text::preview;
use crate::mood;
use crate::mood::Say;

pub(super) fn routes() -> Vec<Route> {
    let reads = Access::Needs(Scope::EntriesRead);
    let writes = Access::Needs(Scope::EntriesWrite);
    let one = "/api/entries/{id}/moods/{dimension}";
    vec![
        Route::new(Method::GET, "/api/dashboard/mood-dimensions", reads, "Lists what moods are measured by", measures)
            .replies::<Measures>(200),
        Route::new(Method::GET, "/api/dashboard/mood-trends", reads, "Averages moods over time", trends)
            .query::<Binned>()
            .replies::<Trends>(200),
        Route::new(Method::GET, "/api/dashboard/mood-drilldown", reads, "Lists moods of single entries", drilldown)
            .query::<Narrow>()
            .replies::<Drilldown>(200),
        Route::new(Method::POST, "/api/mood/backfill", writes, "Orders entries to be scored", backfill)
            .body::<Order>()
            .replies::<Queued>(202)
            .refuses(&[409]),
        Route::new(Method::GET, "/api/entries/{id}/moods", reads, "Lists the scores of an entry", of_entry)
            .replies::<EntryMoods>(200),
        Route::new(Method::PUT, one, writes, "Notes what the owner says, which counts before the score", say)
            .body::<Say>()
            .replies::<EntryMoods>(200),
        Route::new(Method::DELETE, one, writes, "Takes back what the owner said", clear).replies::<EntryMoods>(200),
    ]
}

/// Dates to stay within, the length of a step, and a dimension.
#[derive(Deserialize, JsonSchema)]
struct Binned {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// `day`, `week`, `month`, `quarter` or `year`; `week` without one.
    bin: Option<String>,
    /// What the moods are measured by; everything without one.
    dimension: Option<String>,
}

/// A dimension, and dates to stay within; all three are needed.
#[derive(Deserialize, JsonSchema)]
struct Narrow {
    /// What the moods are measured by.
    dimension: Option<String>,
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
}

async fn measures(ctx: Ctx) -> Result<Json<Measures>> {
    mood::measures(&ctx).await.map(Json)
}

async fn trends(ctx: Ctx, Query(wanted): Query<Binned>) -> Result<Json<Trends>> {
    let bin = Step::named(wanted.bin.as_deref().unwrap_or("week")).ok_or_else(|| invalid_bin("day, "))?;
    let dimension = wanted.dimension.filter(|name| !name.trim().is_empty());
    let dates = between(wanted.from, wanted.to);
    mood::trends(&ctx, dates, bin, dimension.into_iter().collect()).await.map(Json)
}

async fn drilldown(ctx: Ctx, Query(wanted): Query<Narrow>) -> Result<Json<Drilldown>> {
    mood::drilldown(&ctx, wanted.dimension, between(wanted.from, wanted.to)).await.map(Json)
}

/// Which entries to score.
#[derive(Deserialize, JsonSchema)]
struct Order {
    /// `stale-only`: those that lack a score or were changed since; `force`: all.
    #[serde(rename = "mode")]
    _mode: Mode,
    /// First date, `YYYY-MM-DD`.
    #[serde(rename = "start_date", default)]
    _start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    #[serde(rename = "end_date", default)]
    _end_date: Option<String>,
}

/// A job that was left.
#[derive(Serialize, JsonSchema)]
struct Queued {
    /// Its id.
    job_id: JobId,
    /// Always `queued`.
    status: &'static str,
}

async fn backfill(ctx: Ctx, request: Request) -> Result<(StatusCode, Json<Queued>)> {
    let order = order(&read(request).await?)?;
    let job_id = jobs::backfill(&ctx, order).await?;
    Ok((StatusCode::ACCEPTED, Json(Queued { job_id, status: "queued" })))
}

/// Reads an order as existing clients send it: what is no JSON at all is an empty one.
fn order(body: &[u8]) -> Result<Backfill> {
    let wrong = |what: String| {
        Error::invalid(what).code("invalid_params").hint("send `mode`, and `start_date` and `end_date` if you like")
    };
    let mut given = match serde_json::from_slice(body) {
        Ok(Value::Object(given)) => given,
        Ok(_) => return Err(wrong("Request body must be a JSON object".to_owned())),
        Err(_) => Map::new(),
    };
    let known = ["mode", "start_date", "end_date"];
    let strange: Vec<&str> = given.keys().map(String::as_str).filter(|name| !known.contains(name)).collect();
    if !strange.is_empty() {
        let named: Vec<_> = strange.iter().take(5).map(|name| format!("'{}'", preview(name, 40))).collect();
        return Err(wrong(format!("Unknown params for mood_backfill: [{}]", named.join(", "))));
    }
    let mut word = |name: &str| match given.remove(name) {
        None => Ok(None),
        Some(Value::String(word)) => Ok(Some(word)),
        Some(_) => Err(wrong(format!("Param '{name}' must be a string"))),
    };
    let (mode, from, to) = (word("mode")?, word("start_date")?, word("end_date")?);
    let mode = mode.ok_or_else(|| wrong("Param 'mode' is required for mood_backfill".to_owned()))?;
    let mode = Mode::named(&mode).ok_or_else(|| {
        wrong(format!("Param 'mode' must be one of ['force', 'stale-only'], got '{}'", preview(&mode, 40)))
    })?;
    Ok(Backfill { mode, between: between(from, to) })
}

async fn of_entry(ctx: Ctx, Id(id): Id<EntryId>) -> Result<Json<EntryMoods>> {
    mood::of_entry(&ctx, id).await.map(Json)
}

async fn say(ctx: Ctx, Named(id, dimension): Named<EntryId>, Body(say): Body<Say>) -> Result<Json<EntryMoods>> {
    mood::say(&ctx, id, dimension, say).await.map(Json)
}

async fn clear(ctx: Ctx, Named(id, dimension): Named<EntryId>) -> Result<Json<EntryMoods>> {
    mood::clear(&ctx, id, dimension).await.map(Json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_as_existing_clients_send_them() {
        let good = [
            (r#"{"mode":"stale-only"}"#, Mode::StaleOnly, None, None),
            (r#"{"mode":"force","start_date":"2026-01-01"}"#, Mode::Force, Some("2026-01-01"), None),
            (r#"{"mode":"force","start_date":"","end_date":"2026-02-01"}"#, Mode::Force, None, Some("2026-02-01")),
        ];
        for (body, mode, from, to) in good {
            let order = order(body.as_bytes()).unwrap();

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
        for (body, words) in bad {
            let refused = order(body.as_bytes()).unwrap_err();

            assert!(refused.to_string().contains(words), "{body}: {refused}");
            assert_eq!(refused.status(), 400);
        }
    }
}
