//! Rate limits of a server: by client IP before authentication, by user or API key afterwards.

use std::time::Duration;

use crate::app::context::{AuthMethod, ClientInfo, Ctx};
use crate::config::server::RateLimitConfig;
use crate::error::Result;
use crate::http::rate_limiter::{ClientKey, ClientRateLimiter, RateLimitDecision};
use crate::http::route_policy::{RateClass, RoutePolicy, ThrottledAction};

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
    pub(crate) fn new(settings: RateLimitConfig) -> Self {
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

    /// Counts a request of a route that guards a secret.
    pub(crate) fn check_throttled(&self, guess: ThrottledAction, who: ClientKey) -> RateLimitDecision {
        let limit = match guess {
            ThrottledAction::Login => &self.login,
            ThrottledAction::Register => &self.register,
            ThrottledAction::Forgot => &self.forgot,
            ThrottledAction::Reset => &self.reset,
        };
        limit.check(who)
    }
}
