//! Account routes: registration, e-mail verification, password reset, password and display name.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::response::{AppendHeaders, IntoResponse};
use http::header::SET_COOKIE;
use http::request::Parts;
use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::http::cookies::AuthCookie;
use crate::http::extract::{MaybeAuthenticated, QueryParams, StrictJson};
use crate::http::route::{HttpRoute, RateClass, RouteAccess, ThrottledAction};
use crate::http::routes::auth::{OkResponse, UserResponse};
use crate::http::state::HttpState;
use crate::secret::Secret;
use crate::services::accounts;

pub(super) fn routes() -> Vec<HttpRoute> {
    let public = RouteAccess::Public;
    vec![
        HttpRoute::new(Method::GET, "/api/auth/config", public, "Returns whether registration is open", config)
            .replies::<RegistrationConfigResponse>(200),
        HttpRoute::new(Method::POST, "/api/auth/register", public, "Creates an account and logs it in", register)
            .rate_class(RateClass::Throttled(ThrottledAction::Register))
            .body::<RegisterRequest>()
            .replies::<UserResponse>(201)
            .errors(&[403]),
        HttpRoute::new(Method::GET, "/api/auth/verify-email", public, "Verifies an e-mail address", verify_email)
            .query::<LinkTokenQuery>()
            .replies::<MessageResponse>(200),
        HttpRoute::new(
            Method::POST,
            "/api/auth/resend-verification",
            RouteAccess::Unconfirmed,
            "Sends the verification link again",
            resend_verification,
        )
        .replies::<MessageResponse>(200)
        .errors(&[409]),
        HttpRoute::new(
            Method::POST,
            "/api/auth/forgot-password",
            public,
            "Sends a password reset link",
            forgot_password,
        )
        .rate_class(RateClass::Throttled(ThrottledAction::Forgot))
        .body::<ForgotPasswordRequest>()
        .replies::<MessageResponse>(200),
        HttpRoute::new(
            Method::GET,
            "/api/auth/verify-reset-token",
            public,
            "Checks a password reset link",
            check_token,
        )
        .query::<LinkTokenQuery>()
        .replies::<ResetTokenResponse>(200),
        HttpRoute::new(
            Method::POST,
            "/api/auth/reset-password",
            public,
            "Resets the password with a link",
            reset_password,
        )
        .rate_class(RateClass::Throttled(ThrottledAction::Reset))
        .body::<ResetPasswordRequest>()
        .replies::<MessageResponse>(200),
        HttpRoute::new(
            Method::POST,
            "/api/auth/password",
            RouteAccess::Requires(Scope::Account),
            "Changes the password and ends all other sessions",
            change_password,
        )
        .rate_class(RateClass::Throttled(ThrottledAction::Login))
        .body::<ChangePasswordRequest>()
        .replies::<OkResponse>(200),
        HttpRoute::new(Method::PATCH, "/api/auth/me", RouteAccess::Unconfirmed, "Changes the display name", rename)
            .body::<RenameAccountRequest>()
            .replies::<UserResponse>(200)
            .errors(&[404]),
    ]
}

/// Registration settings.
#[derive(Serialize, JsonSchema)]
struct RegistrationConfigResponse {
    /// True if new users may register.
    registration_enabled: bool,
}

/// Registration of an account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RegisterRequest {
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
struct LinkTokenQuery {
    /// Token from the link.
    token: Option<String>,
}

/// Account whose password is to be reset.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ForgotPasswordRequest {
    /// E-mail address; surrounding whitespace is ignored.
    #[serde(default)]
    email: String,
}

/// Password reset with a mailed link.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ResetPasswordRequest {
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
struct ChangePasswordRequest {
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
struct RenameAccountRequest {
    /// Name shown to other users.
    #[serde(default)]
    display_name: String,
}

/// Message for the user.
#[derive(Serialize, JsonSchema)]
struct MessageResponse {
    /// The message.
    message: &'static str,
}

/// Validity of a password reset link.
#[derive(Serialize, JsonSchema)]
struct ResetTokenResponse {
    /// Always true; an invalid link is an error.
    valid: bool,
}

/// Extractor that rejects the request while registration is closed, before the body is parsed.
struct RegistrationGuard;

impl FromRequestParts<HttpState> for RegistrationGuard {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, shared: &HttpState) -> Result<Self> {
        accounts::check_open(&shared.app).await.map(|()| Self)
    }
}

async fn config(guest: MaybeAuthenticated) -> Result<Json<RegistrationConfigResponse>> {
    Ok(Json(RegistrationConfigResponse { registration_enabled: accounts::is_open(&guest.app).await? }))
}

async fn register(
    _: RegistrationGuard,
    guest: MaybeAuthenticated,
    StrictJson(given): StrictJson<RegisterRequest>,
) -> Result<impl IntoResponse> {
    let new = accounts::RegistrationForm {
        email: given.email,
        password: Secret::new(given.password),
        display_name: given.display_name,
    };
    let done = accounts::register(&guest.app, &guest.origin, new).await?;
    let cookie = AuthCookie::Session.set(&done.token, &guest.app.config.server);
    Ok((StatusCode::CREATED, AppendHeaders([(SET_COOKIE, cookie)]), Json(UserResponse { user: done.user })))
}

async fn verify_email(
    guest: MaybeAuthenticated,
    QueryParams(given): QueryParams<LinkTokenQuery>,
) -> Result<Json<MessageResponse>> {
    accounts::verify_email(&guest.app, &guest.origin, given.token.as_deref().unwrap_or_default()).await?;
    Ok(Json(MessageResponse { message: "Your address is verified" }))
}

async fn resend_verification(ctx: Ctx) -> Result<Json<MessageResponse>> {
    let needed = accounts::resend_verification(&ctx).await?;
    let message = if needed { "A verification link has been sent to you" } else { "Your address is already verified" };
    Ok(Json(MessageResponse { message }))
}

async fn forgot_password(
    guest: MaybeAuthenticated,
    StrictJson(given): StrictJson<ForgotPasswordRequest>,
) -> Json<MessageResponse> {
    accounts::request_password_reset(&guest.app, &given.email);
    Json(MessageResponse { message: "If that address has an account, a password reset link has been sent to it" })
}

async fn check_token(
    guest: MaybeAuthenticated,
    QueryParams(given): QueryParams<LinkTokenQuery>,
) -> Result<Json<ResetTokenResponse>> {
    accounts::check_reset_token(&guest.app, given.token.as_deref().unwrap_or_default()).await?;
    Ok(Json(ResetTokenResponse { valid: true }))
}

async fn reset_password(
    guest: MaybeAuthenticated,
    StrictJson(given): StrictJson<ResetPasswordRequest>,
) -> Result<Json<MessageResponse>> {
    accounts::reset_password(&guest.app, &guest.origin, &given.token, Secret::new(given.password)).await?;
    Ok(Json(MessageResponse { message: "Your password has been changed; log in with it" }))
}

async fn change_password(ctx: Ctx, StrictJson(given): StrictJson<ChangePasswordRequest>) -> Result<Json<OkResponse>> {
    let (present, new) = (Secret::new(given.current_password), Secret::new(given.new_password));
    accounts::change_password(&ctx, present, new).await?;
    Ok(Json(OkResponse { ok: true }))
}

async fn rename(ctx: Ctx, StrictJson(given): StrictJson<RenameAccountRequest>) -> Result<Json<UserResponse>> {
    Ok(Json(UserResponse { user: accounts::rename(&ctx, &given.display_name).await? }))
}
