//! How many passwords are hashed at once: each takes 64 MiB and a core, so there is a queue with an end.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;

/// Hashes at once, at most: 128 MiB.
const PERMITS: usize = 2;
/// Who may wait for one.
const QUEUE: usize = 16;
/// How long.
const WAIT: Duration = Duration::from_secs(2);

/// The gate before Argon2.
#[derive(Debug)]
pub(crate) struct Hashing {
    permits: Semaphore,
    waiting: AtomicUsize,
}

impl Hashing {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { permits: Semaphore::new(cores.min(PERMITS)), waiting: AtomicUsize::new(0) }
    }

    /// Runs a hash on a thread that may block, as soon as it is its turn.
    ///
    /// # Errors
    /// `Limited` when too many wait, or the wait is too long; what the closure returns.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _place = Place::take(&self.waiting)?;
        let permit = match tokio::time::timeout(WAIT, self.permits.acquire()).await {
            Ok(permit) => permit.expect("the semaphore is never closed"),
            Err(_) => return Err(busy()),
        };
        let done = tokio::task::spawn_blocking(work).await;
        drop(permit);
        done.map_err(|error| Error::internal("hashing a password", error))?
    }
}

/// A place in the queue, given back on drop.
struct Place<'q>(&'q AtomicUsize);

impl<'q> Place<'q> {
    fn take(waiting: &'q AtomicUsize) -> Result<Self> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::AcqRel) >= QUEUE + PERMITS {
            return Err(busy());
        }
        Ok(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn busy() -> Error {
    Error::new(Kind::Limited, "too many passwords are being checked at once")
        .code("busy")
        .with_status(503)
        .retry_after(2)
        .hint("try again in 2 s")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn no_more_than_the_permits_hash_at_once_and_the_queue_has_an_end() {
        let (hashing, running, most) =
            (Arc::new(Hashing::new()), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let tasks: Vec<_> = (0..60)
            .map(|_| {
                let (hashing, running, most) = (hashing.clone(), running.clone(), most.clone());
                tokio::spawn(async move {
                    let work = move || {
                        most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(20));
                        running.fetch_sub(1, Ordering::SeqCst);
                        Ok(())
                    };
                    hashing.run(work).await
                })
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

        assert!(most.load(Ordering::SeqCst) <= PERMITS);
        assert_eq!(refused, 60 - QUEUE - PERMITS);
    }
}
