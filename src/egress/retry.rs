//! When to send the same again: only where that can help, later each time, and not all callers at once.

use std::time::Duration;

use http::HeaderMap;
use http::header;
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use crate::entropy;
use crate::entropy::Entropy;
use crate::error::Result;

/// Before the second attempt.
const FIRST: Duration = Duration::from_millis(500);
/// Longest that somebody is made to wait within one call; whoever is told to come back later than this comes back later.
const LONGEST: Duration = Duration::from_secs(30);

/// Tells whether a status can be another one next time: the host is busy, or broken for the moment.
pub(super) const fn can_help(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

/// What to do about an attempt that failed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Wait this long, then send it again.
    Wait(Duration),
    /// Not now; in so many seconds it may be taken.
    Later(u32),
}

/// Says when to try again after `tried` attempts.
pub(super) fn next(entropy: &dyn Entropy, tried: u32, told: Option<Duration>) -> Result<Next> {
    match told {
        Some(told) if told > LONGEST => Ok(Next::Later(u32::try_from(told.as_secs()).unwrap_or(u32::MAX))),
        told => Ok(Next::Wait(backoff(entropy, tried)?.max(told.unwrap_or_default()))),
    }
}

/// Twice as long each time, and half of it by chance.
fn backoff(entropy: &dyn Entropy, tried: u32) -> Result<Duration> {
    let whole = FIRST.saturating_mul(1 << tried.saturating_sub(1).min(10)).min(LONGEST);
    let chance = f64::from(u16::from_le_bytes(entropy::draw(entropy)?)) / f64::from(u16::MAX);
    Ok(whole.mul_f64(0.5 + chance / 2.0))
}

/// Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date.
pub(super) fn told(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    // An IMF-fixdate is what RFC 2822 writes, but for its name of the zone.
    let date = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    fn headers(value: &str) -> HeaderMap {
        [(header::RETRY_AFTER, value.parse().unwrap())].into_iter().collect()
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-11-21T08:49:07Z".parse().unwrap();
        let read = |value: &str| told(&headers(value), now).map(|wait| wait.as_secs());

        assert_eq!(read("7"), Some(7));
        assert_eq!(read(" 120 "), Some(120));
        assert_eq!(read("Sat, 21 Nov 2026 08:49:37 GMT"), Some(30));
        assert_eq!(read("Sat, 21 Nov 2026 08:49:00 GMT"), Some(0), "already past");
        assert_eq!(read("soon"), None);
        assert_eq!(read("-1"), None);
        assert_eq!(told(&HeaderMap::new(), now), None);
    }

    #[test]
    fn each_wait_is_about_twice_the_one_before_and_none_is_endless() {
        let wait = |tried| match next(&OsEntropy, tried, None).unwrap() {
            Next::Wait(wait) => wait.as_millis(),
            Next::Later(_) => panic!("nobody said later"),
        };

        for _ in 0..100 {
            assert!((250..=500).contains(&wait(1)));
            assert!((500..=1000).contains(&wait(2)));
            assert!((1000..=2000).contains(&wait(3)));
            assert!((15_000..=30_000).contains(&wait(40)));
        }
    }

    #[test]
    fn what_the_host_says_is_waited_for_up_to_half_a_minute() {
        let after = |seconds| next(&OsEntropy, 1, Some(Duration::from_secs(seconds))).unwrap();

        assert_eq!(after(3), Next::Wait(Duration::from_secs(3)));
        assert_eq!(after(30), Next::Wait(Duration::from_secs(30)));
        assert_eq!(after(31), Next::Later(31));
        assert!(matches!(after(0), Next::Wait(wait) if wait.as_millis() >= 250), "never at once");
    }

    #[test]
    fn only_what_can_pass_is_sent_again() {
        for status in [408, 429, 500, 502, 503, 504, 529] {
            assert!(can_help(status), "{status}");
        }
        for status in [200, 301, 400, 401, 403, 404, 413, 422] {
            assert!(!can_help(status), "{status}");
        }
    }
}
