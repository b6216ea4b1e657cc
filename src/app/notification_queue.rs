//! Bounded notification queue. Jobs only enqueue; delivery runs separately, so it neither delays nor fails a job.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::domain::id::UserId;
use crate::domain::job_notification::JobNotification;

/// Maximum number of queued events; further ones are dropped.
const MAX_QUEUED_EVENTS: usize = 256;

/// Queue of notification events.
#[derive(Debug, Default)]
pub(crate) struct NotificationQueue {
    events: Mutex<VecDeque<(UserId, JobNotification)>>,
    ready: Notify,
    /// True if a consumer runs. Commands have none: their user sees the result of the job directly.
    consumer_ready: AtomicBool,
}

impl NotificationQueue {
    /// Marks the consumer as running.
    pub(crate) fn set_consumer_ready(&self) {
        self.consumer_ready.store(true, Ordering::Relaxed);
    }

    /// Enqueues an event for a job's owner; returns whether it was accepted.
    pub(crate) fn push(&self, owner: UserId, event: JobNotification) -> bool {
        if !self.consumer_ready.load(Ordering::Relaxed) {
            return false;
        }
        let mut events = self.events.lock();
        if events.len() >= MAX_QUEUED_EVENTS {
            tracing::warn!("the notification queue is full; an event was dropped");
            return false;
        }
        events.push_back((owner, event));
        self.ready.notify_one();
        true
    }

    /// Takes the oldest event.
    pub(crate) fn take(&self) -> Option<(UserId, JobNotification)> {
        self.events.lock().pop_front()
    }

    /// Waits for the oldest event and takes it. Cancel-safe: dropping the future loses no event.
    pub(crate) async fn next(&self) -> (UserId, JobNotification) {
        loop {
            if let Some(event) = self.take() {
                return event;
            }
            self.ready.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::JobId;
    use crate::domain::job_notification::JobOutcome;

    #[test]
    fn the_queue_is_bounded_and_needs_a_consumer() {
        let queue = NotificationQueue::default();
        let push = |owner| {
            let job = JobId(Uuid::nil());
            let event = JobNotification {
                job,
                parent: None,
                kind: "ingest_images",
                entry: None,
                outcome: JobOutcome::Cancelled,
            };
            queue.push(UserId(owner), event)
        };

        assert!(!push(1), "without a consumer");
        queue.set_consumer_ready();
        let accepted = (0..300).filter(|&owner| push(owner)).count();

        assert_eq!(accepted, MAX_QUEUED_EVENTS);
        assert_eq!(queue.take().unwrap().0, UserId(0), "the oldest comes first");
    }
}
