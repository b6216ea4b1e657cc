//! Retry policy: retryable statuses, exponential backoff with jitter, `Retry-After`.

use std::time::Duration;

use http::{HeaderMap, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use crate::entropy::{self, Entropy};
use crate::error::Result;

/// Delay before the second attempt.
const FIRST_DELAY: Duration = Duration::from_millis(500);
/// Longest delay within one call; a longer `Retry-After` is returned to the caller.
const MAX_DELAY: Duration = Duration::from_secs(30);

/// Returns whether a status is transient: the host is overloaded or temporarily broken.
pub(super) const fn is_retryable(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

/// Decision after a failed attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum EgressRetryDecision {
    /// Retry after this delay.
    RetryAfterDelay(Duration),
    /// Give up; a retry may succeed after this many seconds.
    GiveUp(u32),
}

/// Decides on a retry after `tried` attempts, given the `Retry-After` of the response.
pub(super) fn decide(entropy: &dyn Entropy, tried: u32, retry_after: Option<Duration>) -> Result<EgressRetryDecision> {
    match retry_after {
        Some(delay) if delay > MAX_DELAY => {
            Ok(EgressRetryDecision::GiveUp(u32::try_from(delay.as_secs()).unwrap_or(u32::MAX)))
        }
        delay => Ok(EgressRetryDecision::RetryAfterDelay(backoff(entropy, tried)?.max(delay.unwrap_or_default()))),
    }
}

/// Returns the exponential backoff, half of it random.
fn backoff(entropy: &dyn Entropy, tried: u32) -> Result<Duration> {
    let whole = FIRST_DELAY.saturating_mul(1 << tried.saturating_sub(1).min(10)).min(MAX_DELAY);
    let chance = f64::from(u16::from_le_bytes(entropy::draw(entropy)?)) / f64::from(u16::MAX);
    Ok(whole.mul_f64(0.5 + chance / 2.0))
}

/// Parses `Retry-After` (RFC 9110 §10.2.3): seconds, or a date.
pub(super) fn parse_retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    // An IMF-fixdate has the RFC 2822 format except for the name of the time zone.
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
        let read = |value: &str| parse_retry_after(&headers(value), now).map(|wait| wait.as_secs());

        assert_eq!(read("7"), Some(7));
        assert_eq!(read(" 120 "), Some(120));
        assert_eq!(read("Sat, 21 Nov 2026 08:49:37 GMT"), Some(30));
        assert_eq!(read("Sat, 21 Nov 2026 08:49:00 GMT"), Some(0), "already past");
        assert_eq!(read("soon"), None);
        assert_eq!(read("-1"), None);
        assert_eq!(parse_retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn the_delay_doubles_with_each_attempt_up_to_a_limit() {
        let wait = |tried| match decide(&OsEntropy, tried, None).unwrap() {
            EgressRetryDecision::RetryAfterDelay(wait) => wait.as_millis(),
            EgressRetryDecision::GiveUp(_) => panic!("a retry was expected"),
        };

        for _ in 0..100 {
            assert!((250..=500).contains(&wait(1)));
            assert!((500..=1000).contains(&wait(2)));
            assert!((1000..=2000).contains(&wait(3)));
            assert!((15_000..=30_000).contains(&wait(40)));
        }
    }

    #[test]
    fn retry_after_is_honoured_up_to_half_a_minute() {
        let after = |seconds| decide(&OsEntropy, 1, Some(Duration::from_secs(seconds))).unwrap();

        assert_eq!(after(3), EgressRetryDecision::RetryAfterDelay(Duration::from_secs(3)));
        assert_eq!(after(30), EgressRetryDecision::RetryAfterDelay(Duration::from_secs(30)));
        assert_eq!(after(31), EgressRetryDecision::GiveUp(31));
        assert!(
            matches!(after(0), EgressRetryDecision::RetryAfterDelay(wait) if wait.as_millis() >= 250),
            "at least the backoff"
        );
    }

    #[test]
    fn only_transient_statuses_are_retryable() {
        for status in [408, 429, 500, 502, 503, 504, 529] {
            assert!(is_retryable(status), "{status}");
        }
        for status in [200, 301, 400, 401, 403, 404, 413, 422] {
            assert!(!is_retryable(status), "{status}");
        }
    }
}
