//! Rate limits: by client IP before authentication, by user or API key afterwards.
//!
//! Logins from known devices have a limit of their own, so that flooding the login from a user's address, or forging
//! that address, does not lock the user out.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header;

use crate::app::context::{AuthMethod, ClientInfo, Ctx};
use crate::config::server;
use crate::error::Result;
use crate::http::cookies::{self, AuthCookie};
use crate::http::middleware::rate_limit::limiter::{ClientKey, ClientRateLimiter, RateLimitDecision};
use crate::http::route::{RateClass, RoutePolicy, ThrottledAction};
use crate::http::state::HttpState;
use crate::services::auth::login;

pub(crate) mod limiter;

/// All rate limits of a server.
pub(crate) struct HttpRateLimits {
    login: ClientRateLimiter,
    register: ClientRateLimiter,
    forgot: ClientRateLimiter,
    reset: ClientRateLimiter,
    anonymous: ClientRateLimiter,
    member: ClientRateLimiter,
    key: ClientRateLimiter,
    expensive: ClientRateLimiter,
}

impl HttpRateLimits {
    pub(crate) fn new(settings: server::RateLimitConfig) -> Self {
        const MINUTE: Duration = Duration::from_mins(1);
        const HOUR: Duration = Duration::from_hours(1);
        let (logins, window) = settings.auth.unwrap_or((0, 1));
        let guess = |requests: u32| if settings.auth.is_some() { requests } else { 0 };
        Self {
            login: ClientRateLimiter::new("login", logins, Duration::from_secs(window.into()), logins),
            register: ClientRateLimiter::new("register", guess(3), HOUR, 3),
            forgot: ClientRateLimiter::new("forgot", guess(5), HOUR, 5),
            reset: ClientRateLimiter::new("reset", guess(10), HOUR, 10),
            anonymous: ClientRateLimiter::new("anonymous", settings.anonymous, MINUTE, settings.anonymous_burst),
            member: ClientRateLimiter::new("member", settings.member, MINUTE, settings.member_burst),
            key: ClientRateLimiter::new("key", settings.key, MINUTE, settings.key.saturating_mul(2)),
            expensive: ClientRateLimiter::new("expensive", settings.expensive, MINUTE, settings.expensive),
        }
    }

    /// Counts a request of an authenticated caller.
    pub(crate) fn check_authenticated(&self, ctx: &Ctx, policy: Option<RoutePolicy>) -> Result<RateLimitDecision> {
        let user = ctx.caller.user()?.id.0;
        let own = match &ctx.caller.via {
            AuthMethod::Key(id, _) => self.key.check(ClientKey::Key(id.0)),
            AuthMethod::Session(_) | AuthMethod::Shell | AuthMethod::Server => self.member.check(ClientKey::User(user)),
        };
        if own.ensure_allowed().is_err() {
            return Ok(own);
        }
        Ok(match policy.map(|policy| policy.rate_class) {
            Some(RateClass::Expensive) => self.expensive.check(ClientKey::User(user)),
            Some(RateClass::Free | RateClass::Standard | RateClass::Throttled(_)) | None => own,
        })
    }

    /// Counts an expensive operation of a route that is not always expensive.
    pub(crate) fn check_expensive(&self, ctx: &Ctx) -> Result<RateLimitDecision> {
        Ok(self.expensive.check(ClientKey::User(ctx.caller.user()?.id.0)))
    }

    /// Counts a request without a valid credential.
    pub(crate) fn check_anonymous(&self, origin: &ClientInfo) -> RateLimitDecision {
        self.anonymous.check(ClientKey::for_address(origin.ip))
    }

    fn check_throttled(&self, guess: ThrottledAction, who: ClientKey) -> RateLimitDecision {
        let limit = match guess {
            ThrottledAction::Login => &self.login,
            ThrottledAction::Register => &self.register,
            ThrottledAction::Forgot => &self.forgot,
            ThrottledAction::Reset => &self.reset,
        };
        limit.check(who)
    }
}

/// Applies the limits that need no authentication.
pub(crate) async fn check_pre_auth(State(shared): State<HttpState>, request: Request, next: Next) -> Result<Response> {
    let policy = request.extensions().get::<RoutePolicy>().copied();
    let origin = request.extensions().get::<Arc<ClientInfo>>().cloned().unwrap_or_default();
    let server = &shared.app.config.server;
    let has_credential = request.headers().contains_key(header::AUTHORIZATION)
        || cookies::session_token(request.headers(), server).is_some();
    let counted = match policy.map(|policy| policy.rate_class) {
        Some(RateClass::Throttled(guess)) => {
            shared.limits.check_throttled(guess, throttle_key(&shared, guess, &request, &origin)?)
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

fn throttle_key(
    shared: &HttpState,
    guess: ThrottledAction,
    request: &Request,
    origin: &ClientInfo,
) -> Result<ClientKey> {
    let device = match guess {
        ThrottledAction::Login => AuthCookie::Device.read(request.headers(), &shared.app.config.server),
        ThrottledAction::Register | ThrottledAction::Forgot | ThrottledAction::Reset => None,
    };
    let owner = match device {
        Some(token) => login::known_device(&shared.app, &token)?,
        None => None,
    };
    Ok(owner.map_or_else(|| ClientKey::for_address(origin.ip), |owner| ClientKey::Devices(owner.0)))
}
