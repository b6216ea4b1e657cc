//! How often somebody may ask: by address before anybody is known, by user or key afterwards.
//!
//! Browsers in which somebody logged in before have a count of their own for logging in, so that nobody who floods the
//! login from their address, or forges it, keeps them out.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use http::header;

use crate::auth::login;
use crate::config::server;
use crate::ctx::Ctx;
use crate::ctx::Origin;
use crate::ctx::Via;
use crate::error::Result;
use crate::http::cookies;
use crate::http::cookies::Cookie;
use crate::http::middleware::limits::bucket::Counted;
use crate::http::middleware::limits::bucket::Limit;
use crate::http::middleware::limits::bucket::Who;
use crate::http::route::Cost;
use crate::http::route::Guess;
use crate::http::route::Policy;
use crate::http::shared::Shared;

pub(crate) mod bucket;

/// Every limit of a server.
pub(crate) struct Limits {
    login: Limit,
    register: Limit,
    forgot: Limit,
    reset: Limit,
    anonymous: Limit,
    member: Limit,
    key: Limit,
    expensive: Limit,
}

impl Limits {
    pub(crate) fn new(settings: server::Limits) -> Self {
        const MINUTE: Duration = Duration::from_mins(1);
        const HOUR: Duration = Duration::from_hours(1);
        let (logins, window) = settings.auth.unwrap_or((0, 1));
        let guess = |requests: u32| if settings.auth.is_some() { requests } else { 0 };
        Self {
            login: Limit::new("login", logins, Duration::from_secs(window.into()), logins),
            register: Limit::new("register", guess(3), HOUR, 3),
            forgot: Limit::new("forgot", guess(5), HOUR, 5),
            reset: Limit::new("reset", guess(10), HOUR, 10),
            anonymous: Limit::new("anonymous", settings.anonymous, MINUTE, settings.anonymous_burst),
            member: Limit::new("member", settings.member, MINUTE, settings.member_burst),
            key: Limit::new("key", settings.key, MINUTE, settings.key.saturating_mul(2)),
            expensive: Limit::new("expensive", settings.expensive, MINUTE, settings.expensive),
        }
    }

    /// Counts a request of somebody who is known.
    pub(crate) fn of_caller(&self, ctx: &Ctx, policy: Option<Policy>) -> Result<Counted> {
        let user = ctx.caller.user()?.id.0;
        let own = match &ctx.caller.via {
            Via::Key(id, _) => self.key.count(Who::Key(id.0)),
            Via::Session(_) | Via::Shell | Via::Server => self.member.count(Who::User(user)),
        };
        if own.passed().is_err() {
            return Ok(own);
        }
        Ok(match policy.map(|policy| policy.cost) {
            Some(Cost::Expensive) => self.expensive.count(Who::User(user)),
            Some(Cost::Free | Cost::Usual | Cost::Guess(_)) | None => own,
        })
    }

    /// Counts work that takes long and was asked for by a route that does not always.
    pub(crate) fn of_work(&self, ctx: &Ctx) -> Result<Counted> {
        Ok(self.expensive.count(Who::User(ctx.caller.user()?.id.0)))
    }

    /// Counts a request of somebody who showed no credential, or one that was not good.
    pub(crate) fn of_stranger(&self, origin: &Origin) -> Counted {
        self.anonymous.count(Who::of_address(origin.ip))
    }

    fn of_guess(&self, guess: Guess, who: Who) -> Counted {
        let limit = match guess {
            Guess::Login => &self.login,
            Guess::Register => &self.register,
            Guess::Forgot => &self.forgot,
            Guess::Reset => &self.reset,
        };
        limit.count(who)
    }
}

/// Counts what can be counted before the credential is looked up.
pub(crate) async fn before(State(shared): State<Shared>, request: Request, next: Next) -> Result<Response> {
    let policy = request.extensions().get::<Policy>().copied();
    let origin = request.extensions().get::<Arc<Origin>>().cloned().unwrap_or_default();
    let server = &shared.app.config.server;
    let shown =
        request.headers().contains_key(header::AUTHORIZATION) || cookies::session(request.headers(), server).is_some();
    let counted = match policy.map(|policy| policy.cost) {
        Some(Cost::Guess(guess)) => shared.limits.of_guess(guess, guesser(&shared, guess, &request, &origin)?),
        Some(Cost::Free) => Counted::NOTHING,
        Some(Cost::Usual | Cost::Expensive) | None if shown => Counted::NOTHING,
        Some(Cost::Usual | Cost::Expensive) | None => shared.limits.of_stranger(&origin),
    };
    let response = match counted.passed() {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    Ok(counted.told(response))
}

fn guesser(shared: &Shared, guess: Guess, request: &Request, origin: &Origin) -> Result<Who> {
    let device = match guess {
        Guess::Login => Cookie::Device.read(request.headers(), &shared.app.config.server),
        Guess::Register | Guess::Forgot | Guess::Reset => None,
    };
    let owner = match device {
        Some(token) => login::known_device(&shared.app, &token)?,
        None => None,
    };
    Ok(owner.map_or_else(|| Who::of_address(origin.ip), |owner| Who::Devices(owner.0)))
}
