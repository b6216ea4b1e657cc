//! Whom not to ask for a while: a host that failed again and again is left alone until one attempt goes well.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use jiff::SignedDuration;
use jiff::Timestamp;

/// Failures in a row after which nobody asks any more.
const FAILURES: u32 = 5;
/// Seconds until somebody may try.
const REST: i64 = 60;

/// A provider and its host.
type Place = (&'static str, String);

/// How every host did lately; in memory, so that a restart begins anew.
#[derive(Debug, Default)]
pub(crate) struct Breakers(Mutex<HashMap<Place, State>>);

#[derive(Debug, Default)]
struct State {
    /// In a row.
    failures: u32,
    /// Set while nobody may ask.
    until: Option<Timestamp>,
    /// Whether somebody tries just now.
    probing: bool,
}

/// Leave to ask once. Dropped without a word, the attempt told nothing.
#[must_use]
pub(crate) struct Leave<'b> {
    breakers: &'b Breakers,
    place: Option<Place>,
}

impl Breakers {
    /// Gives leave to ask, or says in how many seconds somebody may.
    pub(crate) fn ask(&self, provider: &'static str, host: &str, now: Timestamp) -> Result<Leave<'_>, u32> {
        let place = (provider, host.to_owned());
        let mut states = self.states();
        let state = states.entry(place.clone()).or_default();
        if let Some(until) = state.until {
            let left = until.duration_since(now).as_secs();
            if left > 0 || state.probing {
                return Err(u32::try_from(left.max(1)).unwrap_or(1));
            }
            state.probing = true;
        }
        Ok(Leave { breakers: self, place: Some(place) })
    }

    fn states(&self) -> MutexGuard<'_, HashMap<Place, State>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leave<'_> {
    /// Says that somebody answered as they should.
    pub(crate) fn went_well(mut self) {
        if let Some(place) = self.place.take() {
            self.breakers.states().remove(&place);
        }
    }

    /// Says that nobody answered, or only to say that they are broken.
    pub(crate) fn failed(mut self, now: Timestamp) {
        if let Some(place) = self.place.take() {
            let mut states = self.breakers.states();
            let state = states.entry(place).or_default();
            state.failures = state.failures.saturating_add(1);
            state.probing = false;
            if state.failures >= FAILURES {
                state.until = Some(now + SignedDuration::from_secs(REST));
            }
        }
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        let Some(place) = self.place.take() else { return };
        if let Some(state) = self.breakers.states().get_mut(&place) {
            state.probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn fail(breakers: &Breakers, times: u32, now: Timestamp) {
        for _ in 0..times {
            breakers.ask("openai", "api.example", now).unwrap_or_else(|_| panic!("closed")).failed(now);
        }
    }

    fn wait(breakers: &Breakers, now: Timestamp) -> Option<u32> {
        breakers.ask("openai", "api.example", now).err()
    }

    #[test]
    fn five_failures_in_a_row_give_a_minute_of_rest() {
        let breakers = Breakers::default();

        fail(&breakers, FAILURES, at(0));

        assert_eq!(wait(&breakers, at(0)), Some(60));
        assert_eq!(wait(&breakers, at(59)), Some(1));
        assert!(breakers.ask("openai", "other.example", at(0)).is_ok(), "another host is asked");
        assert!(breakers.ask("gemini", "api.example", at(0)).is_ok(), "another provider is asked");
    }

    #[test]
    fn an_answer_in_between_begins_the_count_anew() {
        let breakers = Breakers::default();

        fail(&breakers, FAILURES - 1, at(0));
        breakers.ask("openai", "api.example", at(0)).ok().unwrap().went_well();
        fail(&breakers, FAILURES - 1, at(0));

        assert_eq!(wait(&breakers, at(0)), None);
    }

    #[test]
    fn after_the_rest_one_tries_and_decides_for_all() {
        let breakers = Breakers::default();
        fail(&breakers, FAILURES, at(0));

        let probe = breakers.ask("openai", "api.example", at(60)).ok().unwrap();
        assert_eq!(wait(&breakers, at(60)), Some(1), "one at a time");
        probe.failed(at(61));
        assert_eq!(wait(&breakers, at(62)), Some(59), "it rests again");

        breakers.ask("openai", "api.example", at(121)).ok().unwrap().went_well();
        assert_eq!(wait(&breakers, at(121)), None);
    }

    #[test]
    fn an_attempt_that_was_given_up_lets_the_next_one_try() {
        let breakers = Breakers::default();
        fail(&breakers, FAILURES, at(0));

        drop(breakers.ask("openai", "api.example", at(60)));

        assert_eq!(wait(&breakers, at(60)), None);
    }
}
