//! Account routes: registration, e-mail verification, password reset, password and display name.

use axum::Json;
use axum::extract::FromRequestParts;
use http::request::Parts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::error::{Error, Result};
use crate::http::cookies::{AuthCookie, SetCookies, set_cookies};
use crate::http::extract::{MaybeAuthenticated, QueryParams, StrictJson};
use crate::http::reply::{Created, OkResponse};
use crate::http::route_schema::HandlerInput;
use crate::http::routes::auth::UserResponse;
use crate::http::state::HttpState;
use crate::secret::Secret;
use crate::services::accounts;

/// Registration settings.
#[derive(Serialize, JsonSchema)]
pub struct RegistrationConfigResponse {
    /// True if new users may register.
    registration_enabled: bool,
}

/// Registration of an account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterRequest {
    /// E-mail address; surrounding whitespace is ignored.
    #[serde(default)]
    email: String,
    /// Password.
    #[serde(default)]
    password: String,
    /// Name shown to other users.
    #[serde(default)]
    display_name: String,
}

/// Token of a mailed link.
#[derive(Deserialize, JsonSchema)]
pub struct LinkTokenQuery {
    /// Token from the link.
    token: Option<String>,
}

/// Account whose password is to be reset.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotPasswordRequest {
    /// E-mail address; surrounding whitespace is ignored.
    #[serde(default)]
    email: String,
}

/// Password reset with a mailed link.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPasswordRequest {
    /// Token from the link.
    #[serde(default)]
    token: String,
    /// New password.
    #[serde(default)]
    password: String,
}

/// Password change by the logged-in user.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordRequest {
    /// Current password.
    #[serde(default)]
    current_password: String,
    /// New password.
    #[serde(default)]
    new_password: String,
}

/// Change of the display name.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameAccountRequest {
    /// Name shown to other users.
    #[serde(default)]
    display_name: String,
}

/// Message for the user.
#[derive(Serialize, JsonSchema)]
pub struct MessageResponse {
    /// The message.
    message: &'static str,
}

/// Validity of a password reset link.
#[derive(Serialize, JsonSchema)]
pub struct ResetTokenResponse {
    /// Always true; an invalid link is an error.
    valid: bool,
}

/// Extractor that rejects the request while registration is closed, before the body is parsed.
pub struct RegistrationGuard;

impl HandlerInput for RegistrationGuard {}

impl FromRequestParts<HttpState> for RegistrationGuard {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, shared: &HttpState) -> Result<Self> {
        accounts::check_open(&shared.app).await.map(|()| Self)
    }
}

pub async fn config(client: MaybeAuthenticated) -> Result<Json<RegistrationConfigResponse>> {
    Ok(Json(RegistrationConfigResponse { registration_enabled: accounts::is_open(&client.app).await? }))
}

pub async fn register(
    _: RegistrationGuard,
    client: MaybeAuthenticated,
    StrictJson(given): StrictJson<RegisterRequest>,
) -> Result<(SetCookies, Created<UserResponse>)> {
    let new = accounts::RegistrationForm {
        email: given.email,
        password: Secret::new(given.password),
        display_name: given.display_name,
    };
    let done = accounts::register(&client.app, &client.origin, new).await?;
    let cookie = AuthCookie::Session.set(&done.token, &client.app.config.server);
    Ok((set_cookies([cookie]), Created(UserResponse { user: done.user })))
}

pub async fn verify_email(
    client: MaybeAuthenticated,
    QueryParams(given): QueryParams<LinkTokenQuery>,
) -> Result<Json<MessageResponse>> {
    accounts::verify_email(&client.app, &client.origin, given.token.as_deref().unwrap_or_default()).await?;
    Ok(Json(MessageResponse { message: "Your address is verified" }))
}

pub async fn resend_verification(ctx: Ctx) -> Result<Json<MessageResponse>> {
    let needed = accounts::resend_verification(&ctx).await?;
    let message = if needed { "A verification link has been sent to you" } else { "Your address is already verified" };
    Ok(Json(MessageResponse { message }))
}

pub async fn forgot_password(
    client: MaybeAuthenticated,
    StrictJson(given): StrictJson<ForgotPasswordRequest>,
) -> Json<MessageResponse> {
    accounts::request_password_reset(&client.app, &given.email);
    Json(MessageResponse { message: "If that address has an account, a password reset link has been sent to it" })
}

pub async fn check_token(
    client: MaybeAuthenticated,
    QueryParams(given): QueryParams<LinkTokenQuery>,
) -> Result<Json<ResetTokenResponse>> {
    accounts::check_reset_token(&client.app, given.token.as_deref().unwrap_or_default()).await?;
    Ok(Json(ResetTokenResponse { valid: true }))
}

pub async fn reset_password(
    client: MaybeAuthenticated,
    StrictJson(given): StrictJson<ResetPasswordRequest>,
) -> Result<Json<MessageResponse>> {
    accounts::reset_password(&client.app, &client.origin, &given.token, Secret::new(given.password)).await?;
    Ok(Json(MessageResponse { message: "Your password has been changed; log in with it" }))
}

pub async fn change_password(
    ctx: Ctx,
    StrictJson(given): StrictJson<ChangePasswordRequest>,
) -> Result<Json<OkResponse>> {
    let (present, new) = (Secret::new(given.current_password), Secret::new(given.new_password));
    accounts::change_password(&ctx, present, new).await?;
    Ok(OkResponse::json())
}

pub async fn rename(ctx: Ctx, StrictJson(given): StrictJson<RenameAccountRequest>) -> Result<Json<UserResponse>> {
    Ok(Json(UserResponse { user: accounts::rename(&ctx, &given.display_name).await? }))
}
