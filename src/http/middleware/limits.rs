//! How often somebody may ask: by address before anybody is known, by user or key afterwards.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::Response;
use governor::Quota;
use governor::RateLimiter;
use governor::clock::Clock as _;
use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use http::header;

use crate::config::server;
use crate::ctx::Ctx;
use crate::ctx::Origin;
use crate::ctx::Via;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::cookies::Cookie;
use crate::http::route::Cost;
use crate::http::route::Guess;
use crate::http::route::Policy;
use crate::http::shared::Shared;

/// Callers remembered per limit; beyond that, those who could ask freely again are forgotten.
const MAX_CALLERS: usize = 10_000;

/// Whom a limit counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    /// An address; IPv6 by the /64 that one customer has.
    Address(IpAddr),
    /// A socket file's callers, together.
    Machine,
    User(i64),
    Key(i64),
    Guesser(Guess, Box<Who>),
}

type Bucket = RateLimiter<Who, HashMapStateStore<Who>, DefaultClock>;

/// One limit; `None` when it is switched off.
struct Limit(Option<Bucket>);

impl Limit {
    fn new(requests: u32, per: Duration, burst: u32) -> Self {
        let sizes = NonZeroU32::new(requests).zip(NonZeroU32::new(burst));
        Self(sizes.and_then(|(requests, burst)| {
            let quota = Quota::with_period(per / requests.get())?.allow_burst(burst);
            Some(RateLimiter::hashmap(quota))
        }))
    }

    fn check(&self, who: &Who) -> Result<()> {
        let Some(bucket) = &self.0 else { return Ok(()) };
        if bucket.len() > MAX_CALLERS {
            bucket.retain_recent();
        }
        bucket.check_key(who).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            Error::new(Kind::Limited, "that was too often")
                .retry_after(seconds)
                .hint(format!("try again in {seconds} s"))
        })
    }
}

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
            login: Limit::new(logins, Duration::from_secs(window.into()), logins),
            register: Limit::new(guess(3), HOUR, 3),
            forgot: Limit::new(guess(5), HOUR, 5),
            reset: Limit::new(guess(10), HOUR, 10),
            anonymous: Limit::new(settings.anonymous, MINUTE, settings.anonymous),
            member: Limit::new(settings.member, MINUTE, settings.member.saturating_mul(2)),
            key: Limit::new(settings.key, MINUTE, settings.key.saturating_mul(2)),
            expensive: Limit::new(settings.expensive, MINUTE, settings.expensive),
        }
    }

    /// Counts a request of somebody who is known.
    pub(crate) fn of_caller(&self, ctx: &Ctx, policy: Option<Policy>) -> Result<()> {
        let user = ctx.caller.user()?.id.0;
        match &ctx.caller.via {
            Via::Key(id, _) => self.key.check(&Who::Key(id.0))?,
            Via::Session(_) | Via::Shell | Via::Server => self.member.check(&Who::User(user))?,
        }
        match policy.map(|policy| policy.cost) {
            Some(Cost::Expensive) => self.expensive.check(&Who::User(user)),
            Some(Cost::Free | Cost::Usual | Cost::Guess(_)) | None => Ok(()),
        }
    }

    /// Counts a request of somebody whose credential was not good.
    pub(crate) fn of_stranger(&self, request: &Request) -> Result<()> {
        self.anonymous.check(&address(request))
    }

    fn of_guess(&self, guess: Guess, who: Who) -> Result<()> {
        let limit = match guess {
            Guess::Login => &self.login,
            Guess::Register => &self.register,
            Guess::Forgot => &self.forgot,
            Guess::Reset => &self.reset,
        };
        limit.check(&Who::Guesser(guess, Box::new(who)))
    }
}

/// Counts what can be counted before the credential is looked up.
pub(crate) async fn before(State(shared): State<Shared>, request: Request, next: Next) -> Result<Response> {
    let policy = request.extensions().get::<Policy>().copied();
    let server = &shared.app.config.server;
    let shown = request.headers().contains_key(header::AUTHORIZATION)
        || Cookie::Session.read(request.headers(), server).is_some();
    match policy.map(|policy| policy.cost) {
        Some(Cost::Guess(guess)) => shared.limits.of_guess(guess, address(&request))?,
        Some(Cost::Free) => {}
        Some(Cost::Usual | Cost::Expensive) | None if shown => {}
        Some(Cost::Usual | Cost::Expensive) | None => shared.limits.of_stranger(&request)?,
    }
    Ok(next.run(request).await)
}

fn address(request: &Request) -> Who {
    let ip = request.extensions().get::<Arc<Origin>>().and_then(|origin| origin.ip);
    match ip {
        None => Who::Machine,
        Some(IpAddr::V4(ip)) => Who::Address(ip.into()),
        Some(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            Who::Address(std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
        }
    }
}
