//! What may be used once, and was.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use jiff::Timestamp;

/// Tokens that were used and would still be good. Each is remembered until it is not.
#[derive(Debug, Default)]
pub(crate) struct Spent(Mutex<HashMap<[u8; 32], Timestamp>>);

impl Spent {
    /// Uses a token that is good until then; false if it was used before.
    pub(crate) fn spend(&self, token: [u8; 32], until: Timestamp, now: Timestamp) -> bool {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spent.retain(|_, until| *until >= now);
        spent.insert(token, until).is_none()
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn nothing_is_used_twice_and_what_ran_out_is_forgotten() {
        let (spent, begin) = (Spent::default(), Timestamp::UNIX_EPOCH);
        let (soon, later) = (begin + SignedDuration::from_mins(2), begin + SignedDuration::from_mins(3));

        assert!(spent.spend([1; 32], soon, begin));
        assert!(!spent.spend([1; 32], soon, begin));
        assert!(spent.spend([2; 32], later, later));
        assert_eq!(spent.0.lock().unwrap().len(), 1);
    }
}
