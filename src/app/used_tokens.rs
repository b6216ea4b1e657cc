//! Single-use tokens that were used.

use std::collections::HashMap;

use jiff::Timestamp;
use parking_lot::Mutex;

/// Used tokens, each kept until it expires.
#[derive(Debug, Default)]
pub(crate) struct UsedTokens(Mutex<HashMap<[u8; 32], Timestamp>>);

impl UsedTokens {
    /// Marks a token that expires at `until` as used; returns false if it already was.
    pub(crate) fn mark_used(&self, token: [u8; 32], until: Timestamp, now: Timestamp) -> bool {
        let mut spent = self.0.lock();
        spent.retain(|_, until| *until >= now);
        spent.insert(token, until).is_none()
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_token_is_used_once_and_dropped_after_expiry() {
        let (spent, begin) = (UsedTokens::default(), Timestamp::UNIX_EPOCH);
        let (soon, later) = (begin + SignedDuration::from_mins(2), begin + SignedDuration::from_mins(3));

        assert!(spent.mark_used([1; 32], soon, begin));
        assert!(!spent.mark_used([1; 32], soon, begin));
        assert!(spent.mark_used([2; 32], later, later));
        assert_eq!(spent.0.lock().len(), 1);
    }
}
