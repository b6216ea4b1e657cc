//! Circuit breaker per provider and host: opens after repeated failures, closes after one successful probe.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard};

/// Consecutive failures that open the breaker.
const FAILURE_THRESHOLD: u32 = 5;
/// Seconds an open breaker rejects requests before it allows one probe.
const OPEN_SECONDS: i64 = 60;

/// Provider name and host.
type BreakerKey = (&'static str, String);

/// Circuit breakers of all hosts; in memory only, so a restart closes them.
#[derive(Debug, Default)]
pub(crate) struct CircuitBreakers(Mutex<HashMap<BreakerKey, BreakerState>>);

#[derive(Debug, Default)]
struct BreakerState {
    /// Consecutive.
    consecutive_failures: u32,
    /// End of the open period.
    open_until: Option<Timestamp>,
    /// True while a half-open probe is in flight.
    is_probing: bool,
}

/// Permit for one attempt. Dropping it without a result leaves the failure count unchanged.
#[must_use]
pub(crate) struct BreakerPermit<'b> {
    breakers: &'b CircuitBreakers,
    key: Option<BreakerKey>,
}

impl CircuitBreakers {
    /// Returns a permit, or the seconds until the next probe is allowed.
    pub(crate) fn try_acquire(
        &self,
        provider: &'static str,
        host: &str,
        now: Timestamp,
    ) -> Result<BreakerPermit<'_>, u32> {
        let key = (provider, host.to_owned());
        let mut states = self.lock_states();
        let state = states.entry(key.clone()).or_default();
        if let Some(until) = state.open_until {
            let left = until.duration_since(now).as_secs();
            if left > 0 || state.is_probing {
                return Err(u32::try_from(left.max(1)).unwrap_or(1));
            }
            state.is_probing = true;
        }
        Ok(BreakerPermit { breakers: self, key: Some(key) })
    }

    fn lock_states(&self) -> MutexGuard<'_, HashMap<BreakerKey, BreakerState>> {
        self.0.lock()
    }
}

impl BreakerPermit<'_> {
    /// Closes the breaker.
    pub(crate) fn record_success(mut self) {
        if let Some(key) = self.key.take() {
            self.breakers.lock_states().remove(&key);
        }
    }

    /// Counts a failure: no response, or a server error.
    pub(crate) fn record_failure(mut self, now: Timestamp) {
        if let Some(key) = self.key.take() {
            let mut states = self.breakers.lock_states();
            let state = states.entry(key).or_default();
            state.consecutive_failures = state.consecutive_failures.saturating_add(1);
            state.is_probing = false;
            if state.consecutive_failures >= FAILURE_THRESHOLD {
                state.open_until = Some(now + SignedDuration::from_secs(OPEN_SECONDS));
            }
        }
    }
}

impl Drop for BreakerPermit<'_> {
    fn drop(&mut self) {
        let Some(key) = self.key.take() else { return };
        if let Some(state) = self.breakers.lock_states().get_mut(&key) {
            state.is_probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn fail(breakers: &CircuitBreakers, times: u32, now: Timestamp) {
        for _ in 0..times {
            breakers.try_acquire("openai", "api.example", now).unwrap_or_else(|_| panic!("open")).record_failure(now);
        }
    }

    fn wait(breakers: &CircuitBreakers, now: Timestamp) -> Option<u32> {
        breakers.try_acquire("openai", "api.example", now).err()
    }

    #[test]
    fn opens_for_one_minute_after_five_consecutive_failures() {
        let breakers = CircuitBreakers::default();

        fail(&breakers, FAILURE_THRESHOLD, at(0));

        assert_eq!(wait(&breakers, at(0)), Some(60));
        assert_eq!(wait(&breakers, at(59)), Some(1));
        assert!(breakers.try_acquire("openai", "other.example", at(0)).is_ok(), "another host is not affected");
        assert!(breakers.try_acquire("gemini", "api.example", at(0)).is_ok(), "another provider is not affected");
    }

    #[test]
    fn a_success_resets_the_failure_count() {
        let breakers = CircuitBreakers::default();

        fail(&breakers, FAILURE_THRESHOLD - 1, at(0));
        breakers.try_acquire("openai", "api.example", at(0)).ok().unwrap().record_success();
        fail(&breakers, FAILURE_THRESHOLD - 1, at(0));

        assert_eq!(wait(&breakers, at(0)), None);
    }

    #[test]
    fn one_probe_decides_after_the_open_period() {
        let breakers = CircuitBreakers::default();
        fail(&breakers, FAILURE_THRESHOLD, at(0));

        let probe = breakers.try_acquire("openai", "api.example", at(60)).ok().unwrap();
        assert_eq!(wait(&breakers, at(60)), Some(1), "one probe at a time");
        probe.record_failure(at(61));
        assert_eq!(wait(&breakers, at(62)), Some(59), "it opens again");

        breakers.try_acquire("openai", "api.example", at(121)).ok().unwrap().record_success();
        assert_eq!(wait(&breakers, at(121)), None);
    }

    #[test]
    fn a_dropped_permit_allows_the_next_probe() {
        let breakers = CircuitBreakers::default();
        fail(&breakers, FAILURE_THRESHOLD, at(0));

        drop(breakers.try_acquire("openai", "api.example", at(60)));

        assert_eq!(wait(&breakers, at(60)), None);
    }
}
