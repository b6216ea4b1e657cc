//! One limit: whom it counts, and how each of them stands.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use axum::response::Response;
use governor::Quota;
use governor::RateLimiter;
use governor::clock::Clock as _;
use governor::clock::DefaultClock;
use governor::middleware::StateInformationMiddleware;
use governor::state::InMemoryState;
use governor::state::NotKeyed;
use http::HeaderName;
use http::HeaderValue;
use lru::LruCache;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::middleware::address::network;

/// Callers remembered per limit. Whoever asked longest ago is forgotten first, so millions of addresses cost no more
/// memory and no more time than these.
const MAX_CALLERS: NonZeroUsize = NonZeroUsize::new(10_000).expect("it is not 0");

/// Whom a limit counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Who {
    /// An address; IPv6 by the /64 that one customer has.
    Address(IpAddr),
    /// A socket file's callers, together.
    Machine,
    User(i64),
    Key(i64),
    /// The browsers in which a user logged in before, together: more of them are no more guesses.
    Devices(i64),
}

impl Who {
    pub(super) fn of_address(ip: Option<IpAddr>) -> Self {
        ip.map_or(Self::Machine, |ip| Self::Address(network(ip)))
    }
}

type Gauge = RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>;

/// A limit that is switched on.
struct Bucket {
    name: &'static str,
    quota: Quota,
    gauges: Mutex<LruCache<Who, Gauge>>,
}

/// One limit; `None` when it is switched off.
pub(super) struct Limit(Option<Bucket>);

impl Limit {
    /// Lets `requests` through in each `per`, and `burst` at once.
    pub(super) fn new(name: &'static str, requests: u32, per: Duration, burst: u32) -> Self {
        let sizes = NonZeroU32::new(requests).zip(NonZeroU32::new(burst));
        Self(sizes.and_then(|(requests, burst)| {
            let quota = Quota::with_period(per / requests.get())?.allow_burst(burst);
            Some(Bucket { name, quota, gauges: Mutex::new(LruCache::new(MAX_CALLERS)) })
        }))
    }

    /// Counts a request.
    pub(super) fn count(&self, who: Who) -> Counted {
        let Some(bucket) = &self.0 else { return Counted(None) };
        let mut gauges = bucket.gauges.lock().unwrap_or_else(PoisonError::into_inner);
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
        Counted(Some(Standing { name: bucket.name, quota: burst, window: each * burst, left, wait, refused }))
    }

    #[cfg(test)]
    pub(super) fn callers(&self) -> usize {
        self.0.as_ref().map_or(0, |bucket| bucket.gauges.lock().unwrap().len())
    }
}

/// How a caller stands after a request.
#[derive(Debug, Clone, Copy)]
struct Standing {
    name: &'static str,
    quota: u32,
    window: Duration,
    left: u32,
    wait: Duration,
    refused: bool,
}

/// What counting a request came to; nothing where the limit is off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted(Option<Standing>);

impl Counted {
    /// What is not counted.
    pub(crate) const NOTHING: Self = Self(None);

    /// Refuses what was too often.
    pub(crate) fn passed(self) -> Result<()> {
        match self.0 {
            Some(Standing { refused: true, wait, .. }) => {
                let seconds = seconds(wait);
                Err(Error::new(Kind::Limited, "that was too often")
                    .retry_after(seconds)
                    .hint(format!("try again in {seconds} s")))
            }
            _ => Ok(()),
        }
    }

    /// Tells the client (draft-ietf-httpapi-ratelimit-headers-10), unless a limit further inside has.
    pub(crate) fn told(self, mut response: Response) -> Response {
        const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
        const STANDING: HeaderName = HeaderName::from_static("ratelimit");
        let Some(Standing { name, quota, window, left, wait, .. }) = self.0 else { return response };
        let headers = response.headers_mut();
        if !headers.contains_key(STANDING) {
            let policy = format!("\"{name}\";q={quota};w={}", seconds(window));
            let standing = format!("\"{name}\";r={left};t={}", seconds(wait));
            for (header, text) in [(POLICY, policy), (STANDING, standing)] {
                headers.insert(header, HeaderValue::try_from(text).expect("names and numbers are plain ASCII"));
            }
        }
        response
    }
}

/// Rounds up: who comes back at that time is not early.
fn seconds(span: Duration) -> u32 {
    u32::try_from(span.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_burst_passes_and_what_follows_is_told_when_to_come_back() {
        let limit = Limit::new("login", 3, Duration::from_mins(1), 3);
        let who = || Who::of_address(Some("192.0.2.1".parse().unwrap()));
        for _ in 0..3 {
            limit.count(who()).passed().unwrap();
        }

        let counted = limit.count(who());
        let told = counted.told(Response::default());

        let refused = counted.passed().unwrap_err();
        assert_eq!((refused.status(), refused.retry_seconds()), (429, Some(20)));
        assert_eq!(told.headers()["ratelimit-policy"], "\"login\";q=3;w=60");
        assert_eq!(told.headers()["ratelimit"], "\"login\";r=0;t=20");
        limit.count(Who::of_address(Some("192.0.2.2".parse().unwrap()))).passed().unwrap();
    }

    #[test]
    fn the_last_request_that_fits_is_no_refusal() {
        let limit = Limit::new("login", 1, Duration::from_mins(1), 1);

        limit.count(Who::Machine).passed().unwrap();

        limit.count(Who::Machine).passed().unwrap_err();
    }

    #[test]
    fn neighbours_in_a_64_count_together_and_an_ipv4_address_in_ipv6_clothes_as_itself() {
        let who = |ip: &str| Who::of_address(Some(ip.parse().unwrap()));

        assert_eq!(who("2001:db8:1:2::3"), who("2001:db8:1:2:ffff::9"));
        assert_ne!(who("2001:db8:1:2::3"), who("2001:db8:1:3::3"));
        assert_eq!(who("::ffff:192.0.2.1"), who("192.0.2.1"));
        assert_ne!(who("::ffff:192.0.2.1"), who("::ffff:192.0.2.2"));
    }

    #[test]
    fn a_million_addresses_take_the_memory_of_ten_thousand() {
        let limit = Limit::new("anonymous", 10, Duration::from_mins(1), 10);

        for number in 0..1_000_000_u32 {
            limit.count(Who::of_address(Some(IpAddr::from(number.to_be_bytes())))).passed().unwrap();
        }

        assert_eq!(limit.callers(), MAX_CALLERS.get());
    }

    #[test]
    fn a_limit_of_none_counts_nothing() {
        let limit = Limit::new("anonymous", 0, Duration::from_mins(1), 0);
        for _ in 0..100 {
            limit.count(Who::Machine).passed().unwrap();
        }
        assert_eq!(limit.callers(), 0);
    }
}
