//! Login, logout and the caller's user record.

use axum::Json;
use axum::response::{AppendHeaders, IntoResponse};
use http::Method;
use http::header::SET_COOKIE;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::user::User;
use crate::error::{Error, Result};
use crate::http::cookies::{self, AuthCookie};
use crate::http::extract::{MaybeAuthenticated, StrictJson};
use crate::http::route::{HttpRoute, RateClass, RouteAccess, ThrottledAction};
use crate::secret::Secret;
use crate::services::auth::login::{self, PasswordLogin};

pub(super) fn routes() -> Vec<HttpRoute> {
    vec![
        HttpRoute::new(
            Method::POST,
            "/api/auth/login",
            RouteAccess::Public,
            "Logs in and sets the session cookie",
            log_in,
        )
        .rate_class(RateClass::Throttled(ThrottledAction::Login))
        .body::<LoginRequest>()
        .replies::<UserResponse>(200)
        .errors(&[401]),
        HttpRoute::new(Method::POST, "/api/auth/logout", RouteAccess::Public, "Ends the session, if any", log_out)
            .replies::<OkResponse>(200),
        HttpRoute::new(Method::GET, "/api/auth/me", RouteAccess::Unconfirmed, "Returns the logged-in user", me)
            .replies::<UserResponse>(200),
    ]
}

/// Login credentials.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LoginRequest {
    /// E-mail address; surrounding whitespace is ignored.
    #[serde(default)]
    email: String,
    /// Password.
    #[serde(default)]
    password: String,
}

/// User.
#[derive(Serialize, JsonSchema)]
pub(super) struct UserResponse {
    /// The user.
    pub(super) user: User,
}

/// Success without further data.
#[derive(Serialize, JsonSchema)]
pub(super) struct OkResponse {
    /// Always true.
    pub(super) ok: bool,
}

async fn log_in(guest: MaybeAuthenticated, StrictJson(given): StrictJson<LoginRequest>) -> Result<impl IntoResponse> {
    let password = Secret::new(given.password);
    if given.email.trim().is_empty() || password.expose().is_empty() {
        return Err(missing_fields("email and password"));
    }
    let attempt = PasswordLogin { email: given.email, password, device: guest.device, session: guest.session };
    let done = login::login(&guest.app, &guest.origin, attempt).await?;
    let server = &guest.app.config.server;
    let session = [(SET_COOKIE, AuthCookie::Session.set(&done.token, server))];
    let device = done.device.map(|token| (SET_COOKIE, AuthCookie::Device.set(&token, server)));
    let cookies: Vec<_> = session.into_iter().chain(device).collect();
    Ok((AppendHeaders(cookies), Json(UserResponse { user: done.user })))
}

async fn log_out(guest: MaybeAuthenticated) -> Result<impl IntoResponse> {
    if let Some(ctx) = &guest.ctx {
        login::logout(ctx).await?;
    }
    let cookies = cookies::clear_session(&guest.app.config.server).into_iter().map(|cookie| (SET_COOKIE, cookie));
    Ok((AppendHeaders(cookies), Json(OkResponse { ok: true })))
}

async fn me(ctx: Ctx) -> Result<Json<UserResponse>> {
    Ok(Json(UserResponse { user: ctx.caller.user()?.clone() }))
}

/// Returns the error for empty mandatory fields.
pub(super) fn missing_fields(what: &str) -> Error {
    Error::invalid(format!("{what} must not be empty")).code("missing_fields").hint("send non-empty values")
}
