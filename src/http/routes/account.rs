//! One's own account: made, its address proven, its password and name changed.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::response::AppendHeaders;
use axum::response::IntoResponse;
use http::Method;
use http::StatusCode;
use http::header::SET_COOKIE;
use http::request::Parts;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::account;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::http::cookies::Cookie;
use crate::http::extract::Body;
use crate::http::extract::Guest;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Cost;
use crate::http::route::Guess;
use crate::http::route::Route;
use crate::http::routes::auth::Done;
use crate::http::routes::auth::OneUser;
use crate::http::shared::Shared;
use crate::model::scope::Scope;
use crate::secret::Secret;

pub(super) fn routes() -> Vec<Route> {
    let public = Access::Public;
    vec![
        Route::new(Method::GET, "/api/auth/config", public, "Tells whether strangers may register", config)
            .replies::<Config>(200),
        Route::new(Method::POST, "/api/auth/register", public, "Makes an account and logs it in", register)
            .costs(Cost::Guess(Guess::Register))
            .body::<Register>()
            .replies::<OneUser>(201)
            .refuses(&[403]),
        Route::new(Method::GET, "/api/auth/verify-email", public, "Proves an address by its link", verify_email)
            .query::<Token>()
            .replies::<Told>(200),
        Route::new(
            Method::POST,
            "/api/auth/resend-verification",
            Access::Unconfirmed,
            "Mails the link that proves the address again",
            resend,
        )
        .replies::<Told>(200)
        .refuses(&[409]),
        Route::new(Method::POST, "/api/auth/forgot-password", public, "Mails a link that sets a password", forgot)
            .costs(Cost::Guess(Guess::Forgot))
            .body::<Forgot>()
            .replies::<Told>(200),
        Route::new(Method::GET, "/api/auth/verify-reset-token", public, "Tells whether a link is good", check_token)
            .query::<Token>()
            .replies::<Valid>(200),
        Route::new(Method::POST, "/api/auth/reset-password", public, "Sets a password by a link", reset)
            .costs(Cost::Guess(Guess::Reset))
            .body::<Reset>()
            .replies::<Told>(200),
        Route::new(
            Method::POST,
            "/api/auth/password",
            Access::Needs(Scope::Account),
            "Changes the password and ends every other login",
            change_password,
        )
        .costs(Cost::Guess(Guess::Login))
        .body::<ChangePassword>()
        .replies::<Done>(200),
        Route::new(Method::PATCH, "/api/auth/me", Access::Unconfirmed, "Changes the name others see", rename)
            .body::<Rename>()
            .replies::<OneUser>(200)
            .refuses(&[404]),
    ]
}

/// What strangers may do here.
#[derive(Serialize, JsonSchema)]
struct Config {
    /// Whether they may make an account.
    registration_enabled: bool,
}

/// An account to make.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Register {
    /// Blanks around it do not count.
    #[serde(default)]
    email: String,
    /// As typed.
    #[serde(default)]
    password: String,
    /// Name shown to people.
    #[serde(default)]
    display_name: String,
}

/// What a mailed link carries.
#[derive(Deserialize, JsonSchema)]
struct Token {
    /// The token.
    token: Option<String>,
}

/// Whose password is lost.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Forgot {
    /// Blanks around it do not count.
    #[serde(default)]
    email: String,
}

/// A new password by a link.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reset {
    /// The link's token.
    #[serde(default)]
    token: String,
    /// As typed.
    #[serde(default)]
    password: String,
}

/// A new password by the present one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ChangePassword {
    /// As typed.
    #[serde(default)]
    current_password: String,
    /// As typed.
    #[serde(default)]
    new_password: String,
}

/// A new name.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rename {
    /// Name shown to people.
    #[serde(default)]
    display_name: String,
}

/// A sentence for people.
#[derive(Serialize, JsonSchema)]
struct Told {
    /// The sentence.
    message: &'static str,
}

/// Whether a link is good.
#[derive(Serialize, JsonSchema)]
struct Valid {
    /// Always true; a link that is not is refused.
    valid: bool,
}

/// Lets a request in where strangers may register, before its body is looked at.
struct Open;

impl FromRequestParts<Shared> for Open {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, shared: &Shared) -> Result<Self> {
        account::check_open(&shared.app).await.map(|()| Self)
    }
}

async fn config(guest: Guest) -> Result<Json<Config>> {
    Ok(Json(Config { registration_enabled: account::is_open(&guest.app).await? }))
}

async fn register(_: Open, guest: Guest, Body(given): Body<Register>) -> Result<impl IntoResponse> {
    let new = account::Registration {
        email: given.email,
        password: Secret::new(given.password),
        display_name: given.display_name,
    };
    let done = account::register(&guest.app, &guest.origin, new).await?;
    let cookie = Cookie::Session.set(&done.token, &guest.app.config.server);
    Ok((StatusCode::CREATED, AppendHeaders([(SET_COOKIE, cookie)]), Json(OneUser { user: done.user })))
}

async fn verify_email(guest: Guest, Query(given): Query<Token>) -> Result<Json<Told>> {
    account::verify_email(&guest.app, &guest.origin, given.token.as_deref().unwrap_or_default()).await?;
    Ok(Json(Told { message: "Your address is confirmed" }))
}

async fn resend(ctx: Ctx) -> Result<Json<Told>> {
    let needed = account::resend_verification(&ctx).await?;
    let message = if needed { "The link is on its way to you" } else { "Your address is confirmed already" };
    Ok(Json(Told { message }))
}

async fn forgot(guest: Guest, Body(given): Body<Forgot>) -> Json<Told> {
    account::forgot(&guest.app, &given.email);
    Json(Told { message: "If that address has an account, a link that sets a new password is on its way to it" })
}

async fn check_token(guest: Guest, Query(given): Query<Token>) -> Result<Json<Valid>> {
    account::check_reset_token(&guest.app, given.token.as_deref().unwrap_or_default()).await?;
    Ok(Json(Valid { valid: true }))
}

async fn reset(guest: Guest, Body(given): Body<Reset>) -> Result<Json<Told>> {
    account::reset_password(&guest.app, &guest.origin, &given.token, Secret::new(given.password)).await?;
    Ok(Json(Told { message: "Your password is set; log in with it" }))
}

async fn change_password(ctx: Ctx, Body(given): Body<ChangePassword>) -> Result<Json<Done>> {
    let (present, new) = (Secret::new(given.current_password), Secret::new(given.new_password));
    account::change_password(&ctx, present, new).await?;
    Ok(Json(Done { ok: true }))
}

async fn rename(ctx: Ctx, Body(given): Body<Rename>) -> Result<Json<OneUser>> {
    Ok(Json(OneUser { user: account::rename(&ctx, &given.display_name).await? }))
}
