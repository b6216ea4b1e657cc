//! Applies the rate limits of requests that are not authenticated yet.
//!
//! Logins from known devices have a limit of their own, so that flooding the login from a user's address, or forging
//! that address, does not lock the user out.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};

use crate::app::context::ClientInfo;
use crate::error::Result;
use crate::http::cookies::{self, AuthCookie};
use crate::http::middleware::client_ip::client_info;
use crate::http::rate_limiter::{ClientKey, RateLimitDecision};
use crate::http::route_policy::{RateClass, RoutePolicy, ThrottledAction};
use crate::http::state::HttpState;
use crate::services::auth::login;

/// Applies the limits that need no authentication.
pub(crate) async fn check_pre_auth(State(shared): State<HttpState>, request: Request, next: Next) -> Result<Response> {
    let policy = request.extensions().get::<RoutePolicy>().copied();
    let origin = client_info(request.extensions());
    let server = &shared.app.config.server;
    let has_credential = request.headers().contains_key(header::AUTHORIZATION)
        || cookies::session_token(request.headers(), server).is_some();
    let counted = match policy.map(|policy| policy.rate_class) {
        Some(RateClass::Throttled(guess)) => {
            shared.limits.check_throttled(guess, throttle_key(&shared, guess, request.headers(), &origin).await?)
        }
        Some(RateClass::Free) => RateLimitDecision::NOTHING,
        Some(RateClass::Standard | RateClass::Expensive) | None if has_credential => RateLimitDecision::NOTHING,
        Some(RateClass::Standard | RateClass::Expensive) | None => shared.limits.check_anonymous(&origin),
    };
    let response = match counted.ensure_allowed() {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    Ok(counted.add_headers(response))
}

async fn throttle_key(
    shared: &HttpState,
    guess: ThrottledAction,
    headers: &HeaderMap,
    origin: &ClientInfo,
) -> Result<ClientKey> {
    let device = match guess {
        ThrottledAction::Login => AuthCookie::Device.read(headers, &shared.app.config.server),
        ThrottledAction::Register | ThrottledAction::Forgot | ThrottledAction::Reset => None,
    };
    let owner = match device {
        Some(token) => login::known_device(&shared.app, &token).await?,
        None => None,
    };
    Ok(owner.map_or_else(|| ClientKey::for_address(origin.ip), |owner| ClientKey::Devices(owner.0)))
}
