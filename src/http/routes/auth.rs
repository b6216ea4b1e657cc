//! Logging in and out, and who one is.

use axum::Json;
use axum::response::AppendHeaders;
use axum::response::IntoResponse;
use http::Method;
use http::header::SET_COOKIE;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::auth::login;
use crate::auth::login::Attempt;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::http::cookies;
use crate::http::cookies::Cookie;
use crate::http::extract::Body;
use crate::http::extract::Guest;
use crate::http::route::Access;
use crate::http::route::Cost;
use crate::http::route::Guess;
use crate::http::route::Route;
use crate::model::user::User;
use crate::secret::Secret;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(Method::POST, "/api/auth/login", Access::Public, "Logs in and sets the session's cookie", log_in)
            .costs(Cost::Guess(Guess::Login))
            .body::<Login>()
            .replies::<OneUser>(200)
            .refuses(&[401]),
        Route::new(Method::POST, "/api/auth/logout", Access::Public, "Ends the session, if there is one", log_out)
            .replies::<Done>(200),
        Route::new(Method::GET, "/api/auth/me", Access::Unconfirmed, "Tells who is logged in", me)
            .replies::<OneUser>(200),
    ]
}

/// An address and a password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    /// Blanks around it do not count.
    #[serde(default)]
    email: String,
    /// As typed.
    #[serde(default)]
    password: String,
}

/// A user.
#[derive(Serialize, JsonSchema)]
pub(super) struct OneUser {
    /// The user.
    pub(super) user: User,
}

/// Something was done.
#[derive(Serialize, JsonSchema)]
pub(super) struct Done {
    /// Always true.
    pub(super) ok: bool,
}

async fn log_in(guest: Guest, Body(given): Body<Login>) -> Result<impl IntoResponse> {
    let password = Secret::new(given.password);
    if given.email.trim().is_empty() || password.expose().is_empty() {
        return Err(missing("email and password"));
    }
    let attempt = Attempt { email: given.email, password, device: guest.device, session: guest.session };
    let done = login::login(&guest.app, &guest.origin, attempt).await?;
    let server = &guest.app.config.server;
    let session = [(SET_COOKIE, Cookie::Session.set(&done.token, server))];
    let device = done.device.map(|token| (SET_COOKIE, Cookie::Device.set(&token, server)));
    let cookies: Vec<_> = session.into_iter().chain(device).collect();
    Ok((AppendHeaders(cookies), Json(OneUser { user: done.user })))
}

async fn log_out(guest: Guest) -> Result<impl IntoResponse> {
    if let Some(ctx) = &guest.ctx {
        login::logout(ctx).await?;
    }
    let cookies = cookies::clear_session(&guest.app.config.server).into_iter().map(|cookie| (SET_COOKIE, cookie));
    Ok((AppendHeaders(cookies), Json(Done { ok: true })))
}

async fn me(ctx: Ctx) -> Result<Json<OneUser>> {
    Ok(Json(OneUser { user: ctx.caller.user()?.clone() }))
}

/// The refusal of a body in which something is empty.
pub(super) fn missing(what: &str) -> Error {
    Error::invalid(format!("{what} must not be empty")).code("missing_fields").hint("fill them in")
}
