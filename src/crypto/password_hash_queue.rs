//! Bounded queue for password hashing, which takes 64 MiB and a core per hash.
//!
//! Anonymous callers have a separate queue and never take the last permit if there are two, so flooding the login
//! cannot lock out a known browser.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::blocking::run_blocking;
use crate::error::{Error, ErrorKind, Result};

/// Maximum number of concurrent hashes: 128 MiB.
const PERMITS: usize = 2;
/// Maximum number of waiting callers per queue.
const MAX_WAITING: usize = 16;
/// Maximum wait.
const WAIT_TIMEOUT: Duration = Duration::from_secs(2);

/// Upper bounds of the wait histogram buckets, in seconds.
const WAIT_BUCKETS: [f64; 5] = [0.001, 0.1, 0.5, 1.0, 2.0];

/// Bounded queue in front of Argon2.
#[derive(Debug)]
pub(crate) struct PasswordHashQueue {
    permits: Arc<Semaphore>,
    anonymous: CallerQueue,
    known: CallerQueue,
    /// Waiting times, in seconds.
    pub(crate) waits: Histogram,
    /// Number of callers refused.
    pub(crate) refusals: Counter,
}

/// Queue of one class of callers.
#[derive(Debug)]
struct CallerQueue {
    /// Limits how many callers of the queue wait or run.
    slots: Arc<Semaphore>,
    /// Limits how many callers of the queue hold or await a permit.
    turns: Arc<Semaphore>,
}

impl PasswordHashQueue {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let permits = cores.min(PERMITS);
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            anonymous: CallerQueue::new((permits - 1).max(1)),
            known: CallerQueue::new(permits),
            waits: Histogram::new(WAIT_BUCKETS),
            refusals: Counter::default(),
        }
    }

    /// Runs a hash for an anonymous caller on a blocking thread, once a permit is free.
    ///
    /// # Errors
    /// `Limited` if the queue is full or the wait times out; any error of the closure.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        self.run_in(&self.anonymous, work).await
    }

    /// Runs a hash for an authenticated caller or a known browser.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub(crate) async fn run_known<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run_in(&self.known, work).await
    }

    async fn run_in<T: Send + 'static>(
        &self,
        queue: &CallerQueue,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let begun = Instant::now();
        let turn = self.acquire_permits(queue, begun + WAIT_TIMEOUT).await.inspect_err(|_| {
            self.refusals.inc();
        })?;
        self.waits.observe(begun.elapsed().as_secs_f64());
        // The permit moves into the closure: a client disconnect cancels the request, but not the hash.
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        run_blocking(work).await
    }

    /// Waits for a queue slot, a turn and a permit; all are released on drop.
    async fn acquire_permits(&self, queue: &CallerQueue, until: Instant) -> Result<impl Send + use<>> {
        let slot = queue.slots.clone().try_acquire_owned().map_err(|_| busy_error())?;
        let turn = acquire_permit(&queue.turns, until).await?;
        Ok((acquire_permit(&self.permits, until).await?, turn, slot))
    }
}

async fn acquire_permit(of: &Arc<Semaphore>, until: Instant) -> Result<OwnedSemaphorePermit> {
    match tokio::time::timeout_at(until, of.clone().acquire_owned()).await {
        Ok(permit) => Ok(permit.expect("the semaphore is never closed")),
        Err(_) => Err(busy_error()),
    }
}

impl CallerQueue {
    fn new(turns: usize) -> Self {
        Self { slots: Arc::new(Semaphore::new(MAX_WAITING + PERMITS)), turns: Arc::new(Semaphore::new(turns)) }
    }
}

fn busy_error() -> Error {
    Error::new(ErrorKind::Limited, "too many passwords are being checked at once")
        .code("busy")
        .with_status(503)
        .retry_after(2)
        .hint("try again in 2 s")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    /// Workload that measures its maximum concurrency.
    #[derive(Clone, Default)]
    struct ConcurrencyProbe {
        running: Arc<AtomicUsize>,
        most: Arc<AtomicUsize>,
    }

    impl ConcurrencyProbe {
        fn work(&self) -> impl FnOnce() -> Result<()> + Send + 'static {
            let Self { running, most } = self.clone();
            move || {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(20));
                running.fetch_sub(1, Ordering::SeqCst);
                Ok(())
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn concurrency_and_queue_length_are_bounded() {
        let (hashing, counted) = (Arc::new(PasswordHashQueue::new()), ConcurrencyProbe::default());
        let tasks: Vec<_> = (0..60)
            .map(|_| {
                let (hashing, counted) = (hashing.clone(), counted.clone());
                tokio::spawn(async move { hashing.run(counted.work()).await })
            })
            .collect();
        let mut refused = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => {}
                Err(error) => {
                    assert_eq!((error.status(), error.retry_seconds()), (503, Some(2)));
                    refused += 1;
                }
            }
        }

        assert!(counted.most.load(Ordering::SeqCst) <= PERMITS);
        assert_eq!(refused, 60 - MAX_WAITING - PERMITS);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_disconnect_keeps_the_permit_until_the_hash_ends() {
        let (hashing, counted) = (Arc::new(PasswordHashQueue::new()), ConcurrencyProbe::default());

        for _ in 0..20 {
            let disconnected = tokio::time::timeout(Duration::from_millis(2), hashing.run(counted.work()));
            drop(disconnected.await);
        }
        hashing.run_known(counted.work()).await.unwrap();

        assert!(counted.most.load(Ordering::SeqCst) <= PERMITS, "{:?}", counted.most);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_anonymous_queue_does_not_block_known_callers() {
        let hashing = Arc::new(PasswordHashQueue::new());
        let (release, held) = mpsc::channel::<()>();
        let held = Arc::new(parking_lot::Mutex::new(held));
        let anonymous: Vec<_> = (0..MAX_WAITING + PERMITS)
            .map(|_| {
                let (hashing, held) = (hashing.clone(), held.clone());
                tokio::spawn(async move {
                    let work = move || {
                        let _ = held.lock().recv();
                        Ok(())
                    };
                    hashing.run(work).await
                })
            })
            .collect();
        while hashing.anonymous.slots.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        if hashing.permits.available_permits() == 0 {
            // With one core, the running hash has to finish first.
            release.send(()).unwrap();
        }

        assert_eq!(hashing.run(|| Ok(())).await.unwrap_err().status(), 503);
        hashing.run_known(|| Ok(())).await.unwrap();
        drop(release);
        for task in anonymous {
            drop(task.await.unwrap());
        }
    }
}
