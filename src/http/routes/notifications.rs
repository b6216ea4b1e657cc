//! Which notifications there are, and trying them out.

use axum::Json;
use http::Method;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::extract::Body;
use crate::http::reply::Refusal;
use crate::http::route::Access;
use crate::http::route::Cost;
use crate::http::route::Route;
use crate::model::scope::Scope;
use crate::notifications;
use crate::notifications::Topic;

pub(super) fn routes() -> Vec<Route> {
    let own = Access::Needs(Scope::Account);
    let trying = "/api/notifications/validate";
    vec![
        Route::new(Method::GET, "/api/notifications/topics", own, "Lists the topics you may choose", topics)
            .replies::<Topics>(200),
        Route::new(Method::GET, "/api/notifications/status", own, "Tells whether you could be notified", status)
            .replies::<Status>(200),
        Route::new(Method::POST, trying, own, "Asks Pushover about credentials, and keeps good ones", validate)
            .costs(Cost::Expensive)
            .body::<Credentials>()
            .replies::<Validity>(200)
            .replies::<Either<Validity>>(400),
        Route::new(Method::POST, "/api/notifications/test", own, "Sends you a notification", test)
            .costs(Cost::Expensive)
            .replies::<Delivery>(200)
            .replies::<Either<Delivery>>(400),
    ]
}

/// Topics.
#[derive(Serialize, JsonSchema)]
struct Topics {
    /// With what you chose.
    topics: Vec<Topic>,
}

/// Whether one could be notified.
#[derive(Serialize, JsonSchema)]
struct Status {
    /// Whether there is a way to you, by your own credentials or the server's.
    configured: bool,
    /// Over which ways: `pushover`, `ntfy`, `webhook`.
    ways: Vec<String>,
}

/// What Pushover is asked about.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    /// The user's key.
    #[serde(default)]
    user_key: String,
    /// The application's token.
    #[serde(default)]
    app_token: String,
}

/// What Pushover says.
#[derive(Serialize, JsonSchema)]
struct Validity {
    /// Whether it knows both; they are kept then.
    valid: bool,
    /// What is wrong.
    error: Option<String>,
}

/// What came of a test.
#[derive(Serialize, JsonSchema)]
struct Delivery {
    /// Whether every way took it.
    sent: bool,
    /// What is wrong.
    error: Option<String>,
}

/// A refusal of this route or one of the pipeline.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what two places write")]
enum Either<T> {
    /// This route's.
    Own(T),
    /// Any route's.
    Any(Refusal),
}

async fn topics(ctx: Ctx) -> Result<Json<Topics>> {
    Ok(Json(Topics { topics: notifications::topics(&ctx).await? }))
}

async fn status(ctx: Ctx) -> Result<Json<Status>> {
    let ways: Vec<String> = notifications::ways(&ctx).await?.into_iter().map(str::to_owned).collect();
    Ok(Json(Status { configured: !ways.is_empty(), ways }))
}

async fn validate(ctx: Ctx, Body(given): Body<Credentials>) -> Result<(StatusCode, Json<Validity>)> {
    let (user, app) = (given.user_key.trim(), given.app_token.trim());
    if user.is_empty() || app.is_empty() {
        let error = Some("user_key and app_token are both needed".to_owned());
        return Ok((StatusCode::BAD_REQUEST, Json(Validity { valid: false, error })));
    }
    let error = notifications::validate(&ctx, user, app).await?;
    Ok((StatusCode::OK, Json(Validity { valid: error.is_none(), error })))
}

async fn test(ctx: Ctx) -> Result<(StatusCode, Json<Delivery>)> {
    let (status, error) = match notifications::test(&ctx).await? {
        Some(sent) => (StatusCode::OK, sent.err()),
        None => (StatusCode::BAD_REQUEST, Some("there is no way to notify you yet".to_owned())),
    };
    Ok((status, Json(Delivery { sent: error.is_none(), error })))
}
