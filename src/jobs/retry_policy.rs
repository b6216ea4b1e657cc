//! Retry policy with backoff.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::error::{Error, ErrorKind};

/// Maximum retry delay accepted from a provider.
const MAX_RETRY_DELAY: Duration = Duration::from_hours(24);

/// Decision after a failed run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RetryDecision {
    /// Run the job again.
    Retry {
        /// Time of the retry.
        at: Timestamp,
        /// Delay until then.
        pause: Duration,
        /// Status text for the owner.
        detail: String,
    },
    /// Give up.
    Fail {
        /// Error text for the owner.
        message: String,
    },
}

/// Decides between retry and failure. `waits` is the number of retries so far; each uses the next of `delays`, or the
/// error's `retry_after` if that is longer.
pub(super) fn decide(
    error: &Error,
    waits: usize,
    delays: &[Duration],
    now: Timestamp,
    zone: TimeZone,
) -> RetryDecision {
    let sentence = error_sentence(error);
    if !error.is_transient() {
        return RetryDecision::Fail { message: with_hint(&sentence, error) };
    }
    let Some(delay) = delays.get(waits) else {
        let times = if waits == 0 { String::new() } else { format!(" ({} attempts)", waits + 1) };
        return RetryDecision::Fail { message: format!("{sentence}{times}; the input is kept, retry the job later") };
    };
    let asked = error.retry_seconds().map_or(Duration::ZERO, |seconds| Duration::from_secs(seconds.into()));
    let pause = asked.min(MAX_RETRY_DELAY).max(*delay);
    let at = SignedDuration::try_from(pause).map_or(now, |pause| now.saturating_add(pause).unwrap_or(now));
    let clock = at.to_zoned(zone).strftime("%H:%M").to_string();
    let minutes = match pause.as_secs().div_ceil(60) {
        1 => "1 minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    };
    RetryDecision::Retry { at, pause, detail: format!("{sentence}; trying again in {minutes}, at {clock}") }
}

fn error_sentence(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Internal => "internal error; see the server log".to_owned(),
        _ => error.to_string(),
    }
}

fn with_hint(sentence: &str, error: &Error) -> String {
    match error.hint_text() {
        Some(hint) if error.kind() != ErrorKind::Internal => format!("{sentence}; {hint}"),
        _ => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAYS: [Duration; 5] = [
        Duration::from_mins(3),
        Duration::from_mins(6),
        Duration::from_mins(12),
        Duration::from_mins(24),
        Duration::from_mins(48),
    ];

    fn next(error: &Error, waits: usize) -> RetryDecision {
        decide(error, waits, &DELAYS, "2026-11-21T23:58:30Z".parse().unwrap(), TimeZone::UTC)
    }

    fn busy() -> Error {
        Error::new(ErrorKind::Upstream, "the reader is overloaded").transient()
    }

    #[test]
    fn each_retry_uses_the_next_delay_until_none_is_left() {
        for (waits, delay) in DELAYS.into_iter().enumerate() {
            assert!(
                matches!(next(&busy(), waits), RetryDecision::Retry { pause, .. } if pause == delay),
                "wait {waits}"
            );
        }
        let RetryDecision::Fail { message } = next(&busy(), 5) else { panic!("a sixth wait") };
        assert_eq!(message, "the reader is overloaded (6 attempts); the input is kept, retry the job later");
    }

    #[test]
    fn retry_detail_names_the_minutes_and_the_time_of_day() {
        let RetryDecision::Retry { detail, at, .. } = next(&busy(), 0) else { panic!("no wait") };

        assert_eq!(detail, "the reader is overloaded; trying again in 3 minutes, at 00:01");
        assert_eq!(at.to_string(), "2026-11-22T00:01:30Z");
    }

    #[test]
    fn retry_after_of_the_provider_is_used_up_to_a_maximum() {
        let pause = |seconds| match next(&busy().retry_after(seconds), 0) {
            RetryDecision::Retry { pause, .. } => pause.as_secs(),
            RetryDecision::Fail { message } => panic!("{message}"),
        };

        assert_eq!([pause(5), pause(600), pause(u32::MAX)], [180, 600, 86_400]);
    }

    #[test]
    fn permanent_errors_fail_at_once_with_their_hint() {
        let wrong = Error::invalid("page 2 is not an image").hint("take it again");
        let defect = Error::internal("the words of a page", std::fmt::Error).hint("none");

        assert_eq!(
            next(&wrong, 0),
            RetryDecision::Fail { message: "page 2 is not an image; take it again".to_owned() }
        );
        let message = "internal error; see the server log".to_owned();
        assert_eq!(next(&defect, 0), RetryDecision::Fail { message });
    }
}
