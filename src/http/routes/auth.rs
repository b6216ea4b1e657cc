//! Login, logout and the caller's user record.

use axum::Json;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::user::User;
use crate::error::{Error, Result};
use crate::http::cookies::{self, AuthCookie, SetCookies, set_cookies};
use crate::http::extract::{MaybeAuthenticated, StrictJson};
use crate::http::reply::OkResponse;
use crate::secret::Secret;
use crate::services::auth::login::{self, PasswordLogin};

/// Login credentials.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// E-mail address; surrounding whitespace is ignored.
    #[serde(default)]
    email: String,
    /// Password.
    #[serde(default)]
    password: String,
}

/// User.
#[derive(Serialize, JsonSchema)]
pub struct UserResponse {
    /// The user.
    pub user: User,
}

pub async fn log_in(
    client: MaybeAuthenticated,
    StrictJson(given): StrictJson<LoginRequest>,
) -> Result<(SetCookies, Json<UserResponse>)> {
    let password = Secret::new(given.password);
    if given.email.trim().is_empty() || password.expose().is_empty() {
        return Err(missing_fields("email and password"));
    }
    let attempt = PasswordLogin { email: given.email, password, device: client.device, session: client.session };
    let done = login::login(&client.app, &client.origin, attempt).await?;
    let server = &client.app.config.server;
    let device = done.device.map(|token| AuthCookie::Device.set(&token, server));
    let cookies = [AuthCookie::Session.set(&done.token, server)].into_iter().chain(device);
    Ok((set_cookies(cookies), Json(UserResponse { user: done.user })))
}

pub async fn log_out(client: MaybeAuthenticated) -> Result<(SetCookies, Json<OkResponse>)> {
    if let Some(ctx) = &client.ctx {
        login::logout(ctx).await?;
    }
    Ok((set_cookies(cookies::clear_session(&client.app.config.server)), OkResponse::json()))
}

pub async fn me(ctx: Ctx) -> Result<Json<UserResponse>> {
    Ok(Json(UserResponse { user: ctx.caller.user()?.clone() }))
}

/// Returns the error for empty mandatory fields.
pub fn missing_fields(what: &str) -> Error {
    Error::invalid(format!("{what} must not be empty")).code("missing_fields").hint("send non-empty values")
}
