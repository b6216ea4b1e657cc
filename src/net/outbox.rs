//! Letters that wait to be mailed: written by requests, worked off beside them, so that no reply tells by its time
//! whether there was anything to mail.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::PoisonError;

use tokio::sync::Notify;

use crate::model::id::UserId;
use crate::secret::Secret;

/// Letters that may wait; a server whose mail is stuck forgets further ones.
const MOST: usize = 256;

/// What is to be mailed.
#[derive(Debug, Clone)]
pub(crate) enum Letter {
    /// To somebody who says an address is theirs: the link that proves it.
    Confirm {
        /// Whoever says so.
        user: UserId,
        /// The link's token.
        token: Secret<String>,
    },
    /// To whoever has this address, if anybody: a link that sets a new password.
    Reset {
        /// As typed.
        email: String,
    },
}

/// The queue.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    letters: Mutex<VecDeque<Letter>>,
    put: Notify,
}

impl Outbox {
    /// Puts a letter in; tells whether there was room.
    pub(crate) fn put(&self, letter: Letter) -> bool {
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        if letters.len() >= MOST {
            tracing::error!("too many letters wait to be mailed; one was forgotten");
            return false;
        }
        letters.push_back(letter);
        self.put.notify_one();
        true
    }

    /// Takes the oldest letter out.
    pub(crate) fn take(&self) -> Option<Letter> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Waits until there is a letter, and takes it out. Nothing is lost if the waiting is given up.
    pub(crate) async fn next(&self) -> Letter {
        loop {
            if let Some(letter) = self.take() {
                return letter;
            }
            self.put.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_has_an_end_and_keeps_the_order() {
        let outbox = Outbox::default();
        let letter = |number: usize| Letter::Reset { email: number.to_string() };

        let kept = (0..MOST + 3).filter(|&number| outbox.put(letter(number))).count();

        assert_eq!(kept, MOST);
        assert!(matches!(outbox.take(), Some(Letter::Reset { email }) if email == "0"));
        assert!(outbox.put(letter(MOST)), "there is room again");
    }
}
