//! What owners are to be told: left by jobs, worked off beside them, so that telling delays and fails nothing.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use tokio::sync::Notify;

use crate::model::id::UserId;
use crate::model::notice::Event;

/// Events that may wait; a server whose way out is stuck forgets further ones.
const MOST: usize = 256;

/// The queue.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    events: Mutex<VecDeque<(UserId, Event)>>,
    rung: Notify,
    /// Whether somebody works it off: a command has nobody, and its user sees what became of the job.
    attended: AtomicBool,
}

impl Bell {
    /// Says that from now on somebody works it off.
    pub(crate) fn attend(&self) {
        self.attended.store(true, Ordering::Relaxed);
    }

    /// Leaves an event about somebody's job; tells whether it will be heard.
    pub(crate) fn ring(&self, owner: UserId, event: Event) -> bool {
        if !self.attended.load(Ordering::Relaxed) {
            return false;
        }
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() >= MOST {
            tracing::warn!("too many notifications wait; one was forgotten");
            return false;
        }
        events.push_back((owner, event));
        self.rung.notify_one();
        true
    }

    /// Takes the oldest event.
    pub(crate) fn take(&self) -> Option<(UserId, Event)> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Waits until there is an event, and takes it. Nothing is lost if the waiting is given up.
    pub(crate) async fn next(&self) -> (UserId, Event) {
        loop {
            if let Some(event) = self.take() {
                return event;
            }
            self.rung.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::id::JobId;
    use crate::model::notice::Outcome;

    #[test]
    fn the_queue_has_an_end_and_nobody_rings_where_nobody_listens() {
        let bell = Bell::default();
        let ring = |owner| {
            let job = JobId(Uuid::nil());
            let event = Event { job, parent: None, kind: "ingest_images", entry: None, outcome: Outcome::Cancelled };
            bell.ring(UserId(owner), event)
        };

        assert!(!ring(1), "nobody would hear it");
        bell.attend();
        let heard = (0..300).filter(|&owner| ring(owner)).count();

        assert_eq!(heard, MOST);
        assert_eq!(bell.take().unwrap().0, UserId(0), "the oldest comes first");
    }
}
