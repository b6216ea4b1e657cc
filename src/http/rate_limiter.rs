//! Single rate limiter: a bounded table of token buckets, one per client.

use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use axum::response::Response;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use http::{HeaderName, HeaderValue};
use lru::LruCache;
use parking_lot::Mutex;

use crate::error::{Error, ErrorKind, Result};
use crate::http::peer::client_network;

/// Maximum number of clients tracked per limit. The least recently seen is evicted first, so a flood of addresses
/// costs bounded memory and constant time.
const MAX_TRACKED_CLIENTS: NonZeroUsize = NonZeroUsize::new(10_000).expect("it is not 0");

/// Key that requests are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum ClientKey {
    /// Client IP; IPv6 by /64, the block of one customer.
    Address(IpAddr),
    /// All clients of a Unix socket together.
    Machine,
    User(i64),
    Key(i64),
    /// All known devices of a user together, so that more devices allow no more login attempts.
    Devices(i64),
}

impl ClientKey {
    pub(crate) fn for_address(ip: Option<IpAddr>) -> Self {
        ip.map_or(Self::Machine, |ip| Self::Address(client_network(ip)))
    }
}

type TokenBucket = RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>;

/// Enabled rate limiter.
struct LimiterBuckets {
    name: &'static str,
    quota: Quota,
    buckets: Mutex<LruCache<ClientKey, TokenBucket>>,
}

/// Rate limiter; `None` if disabled.
pub(crate) struct ClientRateLimiter(Option<LimiterBuckets>);

impl ClientRateLimiter {
    /// Allows `requests` per `per`, with a burst of `burst`.
    pub(crate) fn new(name: &'static str, requests: u32, per: Duration, burst: u32) -> Self {
        let sizes = NonZeroU32::new(requests).zip(NonZeroU32::new(burst));
        Self(sizes.and_then(|(requests, burst)| {
            let quota = Quota::with_period(per / requests.get())?.allow_burst(burst);
            Some(LimiterBuckets { name, quota, buckets: Mutex::new(LruCache::new(MAX_TRACKED_CLIENTS)) })
        }))
    }

    /// Counts a request and returns the decision.
    pub(crate) fn check(&self, who: ClientKey) -> RateLimitDecision {
        let Some(bucket) = &self.0 else { return RateLimitDecision(None) };
        let mut gauges = bucket.buckets.lock();
        let gauge = gauges
            .get_or_insert(who, || RateLimiter::direct(bucket.quota).with_middleware::<StateInformationMiddleware>());
        let burst = bucket.quota.burst_size().get();
        let each = bucket.quota.replenish_interval();
        let (left, wait, refused) = match gauge.check() {
            Ok(state) => {
                let left = state.remaining_burst_capacity();
                (left, each * burst.saturating_sub(left), false)
            }
            Err(until) => (0, until.wait_time_from(DefaultClock::default().now()), true),
        };
        RateLimitDecision(Some(QuotaState {
            name: bucket.name,
            quota: burst,
            window: each * burst,
            left,
            wait,
            refused,
        }))
    }

    #[cfg(test)]
    pub(crate) fn tracked_clients(&self) -> usize {
        self.0.as_ref().map_or(0, |bucket| bucket.buckets.lock().len())
    }
}

/// Client's quota after a request.
#[derive(Debug, Clone, Copy)]
struct QuotaState {
    name: &'static str,
    quota: u32,
    window: Duration,
    left: u32,
    wait: Duration,
    refused: bool,
}

/// Decision on a counted request; `None` if the limit is disabled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RateLimitDecision(Option<QuotaState>);

impl RateLimitDecision {
    /// Decision for a request that is not counted.
    pub(crate) const NOTHING: Self = Self(None);

    /// Returns an error if the limit is exceeded.
    pub(crate) fn ensure_allowed(self) -> Result<()> {
        match self.0 {
            Some(QuotaState { refused: true, wait, .. }) => {
                let seconds = ceil_seconds(wait);
                Err(Error::new(ErrorKind::Limited, "rate limit exceeded")
                    .retry_after(seconds)
                    .hint(format!("try again in {seconds} s")))
            }
            _ => Ok(()),
        }
    }

    /// Adds the rate limit headers (draft-ietf-httpapi-ratelimit-headers-10), unless an inner limit has added them.
    pub(crate) fn add_headers(self, mut response: Response) -> Response {
        const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
        const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
        let Some(QuotaState { name, quota, window, left, wait, .. }) = self.0 else { return response };
        let headers = response.headers_mut();
        if !headers.contains_key(RATE_LIMIT) {
            let policy = format!("\"{name}\";q={quota};w={}", ceil_seconds(window));
            let state = format!("\"{name}\";r={left};t={}", ceil_seconds(wait));
            for (header, text) in [(POLICY, policy), (RATE_LIMIT, state)] {
                headers.insert(header, HeaderValue::try_from(text).expect("names and numbers are plain ASCII"));
            }
        }
        response
    }
}

/// Rounds up to seconds, so that a retry at that time is not too early.
fn ceil_seconds(span: Duration) -> u32 {
    u32::try_from(span.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_past_the_burst_get_retry_after() {
        let limit = ClientRateLimiter::new("login", 3, Duration::from_mins(1), 3);
        let who = || ClientKey::for_address(Some("192.0.2.1".parse().unwrap()));
        for _ in 0..3 {
            limit.check(who()).ensure_allowed().unwrap();
        }

        let counted = limit.check(who());
        let response = counted.add_headers(Response::default());

        let refused = counted.ensure_allowed().unwrap_err();
        assert_eq!((refused.status(), refused.retry_seconds()), (429, Some(20)));
        assert_eq!(response.headers()["ratelimit-policy"], "\"login\";q=3;w=60");
        assert_eq!(response.headers()["ratelimit"], "\"login\";r=0;t=20");
        limit.check(ClientKey::for_address(Some("192.0.2.2".parse().unwrap()))).ensure_allowed().unwrap();
    }

    #[test]
    fn the_last_request_within_the_limit_passes() {
        let limit = ClientRateLimiter::new("login", 1, Duration::from_mins(1), 1);

        limit.check(ClientKey::Machine).ensure_allowed().unwrap();

        limit.check(ClientKey::Machine).ensure_allowed().unwrap_err();
    }

    #[test]
    fn ipv6_counts_by_64_and_ipv4_mapped_by_address() {
        let who = |ip: &str| ClientKey::for_address(Some(ip.parse().unwrap()));

        assert_eq!(who("2001:db8:1:2::3"), who("2001:db8:1:2:ffff::9"));
        assert_ne!(who("2001:db8:1:2::3"), who("2001:db8:1:3::3"));
        assert_eq!(who("::ffff:192.0.2.1"), who("192.0.2.1"));
        assert_ne!(who("::ffff:192.0.2.1"), who("::ffff:192.0.2.2"));
    }

    #[test]
    fn tracked_clients_are_bounded() {
        let limit = ClientRateLimiter::new("anonymous", 10, Duration::from_mins(1), 10);

        for number in 0..1_000_000_u32 {
            limit.check(ClientKey::for_address(Some(IpAddr::from(number.to_be_bytes())))).ensure_allowed().unwrap();
        }

        assert_eq!(limit.tracked_clients(), MAX_TRACKED_CLIENTS.get());
    }

    #[test]
    fn a_disabled_limit_counts_nothing() {
        let limit = ClientRateLimiter::new("anonymous", 0, Duration::from_mins(1), 0);
        for _ in 0..100 {
            limit.check(ClientKey::Machine).ensure_allowed().unwrap();
        }
        assert_eq!(limit.tracked_clients(), 0);
    }
}
