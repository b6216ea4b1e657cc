//! In-memory queue of outgoing mail.
//!
//! Requests enqueue and a worker sends, so the response time does not reveal whether an account exists.

use std::collections::VecDeque;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::domain::id::UserId;
use crate::secret::Secret;

/// Maximum queued jobs; further ones are dropped and logged.
const MAX_QUEUED_MAIL: usize = 256;

/// Mail to be rendered and sent.
#[derive(Debug, Clone)]
pub(crate) enum MailJob {
    /// Link that verifies a user's e-mail address.
    Confirm {
        user: UserId,
        /// Token in the link.
        token: Secret<String>,
    },
    /// Link that resets the password of the account with this address, if there is one.
    Reset {
        /// As entered by the user.
        email: String,
    },
}

/// Bounded first-in, first-out queue of outgoing mail.
#[derive(Debug, Default)]
pub(crate) struct MailQueue {
    jobs: Mutex<VecDeque<MailJob>>,
    job_added: Notify,
}

impl MailQueue {
    /// Adds a job; returns false if the queue is full.
    pub(crate) fn enqueue(&self, job: MailJob) -> bool {
        let mut jobs = self.jobs.lock();
        if jobs.len() >= MAX_QUEUED_MAIL {
            tracing::error!("mail queue is full; a message was dropped");
            return false;
        }
        jobs.push_back(job);
        self.job_added.notify_one();
        true
    }

    /// Removes the oldest job without waiting.
    pub(crate) fn try_dequeue(&self) -> Option<MailJob> {
        self.jobs.lock().pop_front()
    }

    /// Waits for a job and removes it. Cancel safe.
    pub(crate) async fn dequeue(&self) -> MailJob {
        loop {
            if let Some(job) = self.try_dequeue() {
                return job;
            }
            self.job_added.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_is_bounded_and_first_in_first_out() {
        let queue = MailQueue::default();
        let job = |number: usize| MailJob::Reset { email: number.to_string() };

        let accepted = (0..MAX_QUEUED_MAIL + 3).filter(|&number| queue.enqueue(job(number))).count();

        assert_eq!(accepted, MAX_QUEUED_MAIL);
        assert!(matches!(queue.try_dequeue(), Some(MailJob::Reset { email }) if email == "0"));
        assert!(queue.enqueue(job(MAX_QUEUED_MAIL)), "the queue has a free slot again");
    }
}
