//! What comes after an attempt that went wrong: another one later, or the end.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::error::Error;
use crate::error::Kind;

/// Longest wait that a provider can ask for: one that names next month is not believed.
const LONGEST: Duration = Duration::from_hours(24);

/// What comes after an attempt that went wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Another attempt.
    Wait {
        /// When.
        at: Timestamp,
        /// How long until then.
        pause: Duration,
        /// What the owner reads meanwhile.
        detail: String,
    },
    /// None.
    Fail {
        /// What the owner reads.
        message: String,
    },
}

/// Decides what comes after an error. `waits` counts the waits so far; each takes the next of `delays`, or longer if
/// the error says when to come back.
pub(super) fn after(error: &Error, waits: usize, delays: &[Duration], now: Timestamp, zone: TimeZone) -> Next {
    let sentence = sentence(error);
    if !error.is_passing() {
        return Next::Fail { message: with_hint(&sentence, error) };
    }
    let Some(delay) = delays.get(waits) else {
        let times = if waits == 0 { String::new() } else { format!(", {} times in all", waits + 1) };
        return Next::Fail { message: format!("{sentence}{times}; what came in is kept, so try again later") };
    };
    let asked = error.retry_seconds().map_or(Duration::ZERO, |seconds| Duration::from_secs(seconds.into()));
    let pause = asked.min(LONGEST).max(*delay);
    let at = SignedDuration::try_from(pause).map_or(now, |pause| now.saturating_add(pause).unwrap_or(now));
    let clock = at.to_zoned(zone).strftime("%H:%M").to_string();
    let minutes = match pause.as_secs().div_ceil(60) {
        1 => "1 minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    };
    Next::Wait { at, pause, detail: format!("{sentence}; trying again in {minutes}, at {clock}") }
}

fn sentence(error: &Error) -> String {
    match error.kind() {
        Kind::Internal => "something went wrong in the server; its log says what".to_owned(),
        _ => error.to_string(),
    }
}

fn with_hint(sentence: &str, error: &Error) -> String {
    match error.next_step() {
        Some(hint) if error.kind() != Kind::Internal => format!("{sentence}; {hint}"),
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

    fn next(error: &Error, waits: usize) -> Next {
        after(error, waits, &DELAYS, "2026-11-21T23:58:30Z".parse().unwrap(), TimeZone::UTC)
    }

    fn busy() -> Error {
        Error::new(Kind::Upstream, "the reader is overloaded").passing()
    }

    #[test]
    fn the_schedule_is_gone_through_once() {
        for (waits, delay) in DELAYS.into_iter().enumerate() {
            assert!(matches!(next(&busy(), waits), Next::Wait { pause, .. } if pause == delay), "wait {waits}");
        }
        let Next::Fail { message } = next(&busy(), 5) else { panic!("a sixth wait") };
        assert_eq!(message, "the reader is overloaded, 6 times in all; what came in is kept, so try again later");
    }

    #[test]
    fn what_is_waited_for_is_told_with_minutes_and_the_time_of_day() {
        let Next::Wait { detail, at, .. } = next(&busy(), 0) else { panic!("no wait") };

        assert_eq!(detail, "the reader is overloaded; trying again in 3 minutes, at 00:01");
        assert_eq!(at.to_string(), "2026-11-22T00:01:30Z");
    }

    #[test]
    fn a_provider_that_asks_for_longer_gets_it_within_reason() {
        let pause = |seconds| match next(&busy().retry_after(seconds), 0) {
            Next::Wait { pause, .. } => pause.as_secs(),
            Next::Fail { message } => panic!("{message}"),
        };

        assert_eq!([pause(5), pause(600), pause(u32::MAX)], [180, 600, 86_400]);
    }

    #[test]
    fn what_does_not_pass_fails_at_once_and_says_what_to_do() {
        let wrong = Error::invalid("page 2 is no picture").hint("take it again");
        let defect = Error::internal("the words of a page", std::fmt::Error).hint("none");

        assert_eq!(next(&wrong, 0), Next::Fail { message: "page 2 is no picture; take it again".to_owned() });
        let message = "something went wrong in the server; its log says what".to_owned();
        assert_eq!(next(&defect, 0), Next::Fail { message });
    }
}
