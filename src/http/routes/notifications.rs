//! Notification routes: topics, status, credential check and test notification.

use axum::Json;
use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::error::Result;
use crate::http::error_response::ErrorBody;
use crate::http::extract::StrictJson;
use crate::services::notifications::{self, NotificationTopic};

/// Notification topics.
#[derive(Serialize, JsonSchema)]
pub struct NotificationTopicsResponse {
    /// Topics with the user's choice.
    topics: Vec<NotificationTopic>,
}

/// Notification status.
#[derive(Serialize, JsonSchema)]
pub struct NotificationStatusResponse {
    /// True if there is a channel to the user, by own or server credentials.
    configured: bool,
    /// Available channels: `pushover`, `ntfy`, `webhook`.
    ways: Vec<String>,
}

/// Pushover credentials.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PushoverCredentialsRequest {
    /// User key.
    #[serde(default)]
    user_key: String,
    /// Application token.
    #[serde(default)]
    app_token: String,
}

/// Result of the validation.
#[derive(Serialize, JsonSchema)]
pub struct PushoverValidationResponse {
    /// True if Pushover accepted both; they are stored then.
    valid: bool,
    /// Error message.
    error: Option<String>,
}

/// Result of the test.
#[derive(Serialize, JsonSchema)]
pub struct TestNotificationResponse {
    /// True if all channels accepted the notification.
    sent: bool,
    /// Error message.
    error: Option<String>,
}

/// Error of this route or of the middleware.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "schema only: the body is written in two places")]
pub enum BadRequestResponse<T> {
    /// Error of this route.
    Route(T),
    /// Error of any route.
    Any(ErrorBody),
}

pub async fn topics(ctx: Ctx) -> Result<Json<NotificationTopicsResponse>> {
    Ok(Json(NotificationTopicsResponse { topics: notifications::topics(&ctx).await? }))
}

pub async fn status(ctx: Ctx) -> Result<Json<NotificationStatusResponse>> {
    let ways: Vec<String> = notifications::channels(&ctx).await?.into_iter().map(str::to_owned).collect();
    Ok(Json(NotificationStatusResponse { configured: !ways.is_empty(), ways }))
}

pub async fn validate(
    ctx: Ctx,
    StrictJson(given): StrictJson<PushoverCredentialsRequest>,
) -> Result<(StatusCode, Json<PushoverValidationResponse>)> {
    let (user, app) = (given.user_key.trim(), given.app_token.trim());
    if user.is_empty() || app.is_empty() {
        let error = Some("user_key and app_token are both required".to_owned());
        return Ok((StatusCode::BAD_REQUEST, Json(PushoverValidationResponse { valid: false, error })));
    }
    let error = notifications::validate_pushover(&ctx, user, app).await?;
    Ok((StatusCode::OK, Json(PushoverValidationResponse { valid: error.is_none(), error })))
}

pub async fn test(ctx: Ctx) -> Result<(StatusCode, Json<TestNotificationResponse>)> {
    let (status, error) = match notifications::send_test(&ctx).await? {
        Some(sent) => (StatusCode::OK, sent.err()),
        None => (StatusCode::BAD_REQUEST, Some("no notification channel is configured".to_owned())),
    };
    Ok((status, Json(TestNotificationResponse { sent: error.is_none(), error })))
}
