//! How many passwords are hashed at once: each takes 64 MiB and a core, so there is a queue with an end.
//!
//! Strangers queue apart from those who are known, and never take the last permit where there are two: whoever floods
//! the login cannot keep a known browser out of it.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;

/// Hashes at once, at most: 128 MiB.
const PERMITS: usize = 2;
/// Who may wait for one, in each queue.
const QUEUE: usize = 16;
/// How long.
const WAIT: Duration = Duration::from_secs(2);

/// Upper ends of the buckets of waits, seconds.
const WAITED: [f64; 5] = [0.001, 0.1, 0.5, 1.0, 2.0];

/// The gate before Argon2.
#[derive(Debug)]
pub(crate) struct Hashing {
    permits: Arc<Semaphore>,
    strangers: Queue,
    known: Queue,
    /// How long a turn was waited for, seconds.
    pub(crate) waits: Histogram,
    /// Who got none.
    pub(crate) refusals: Counter,
}

/// One of the two queues.
#[derive(Debug)]
struct Queue {
    /// Who of it may hold a permit, or wait for one, at once.
    turns: Arc<Semaphore>,
    places: Arc<AtomicUsize>,
}

impl Hashing {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let permits = cores.min(PERMITS);
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            strangers: Queue::new((permits - 1).max(1)),
            known: Queue::new(permits),
            waits: Histogram::new(WAITED),
            refusals: Counter::default(),
        }
    }

    /// Runs a hash for a stranger on a thread that may block, as soon as it is its turn.
    ///
    /// # Errors
    /// `Limited` when too many wait, or the wait is too long; what the closure returns.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        self.run_in(&self.strangers, work).await
    }

    /// Runs a hash for somebody who proved to be one: a caller, or a browser that is known.
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
        queue: &Queue,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let begun = Instant::now();
        let turn = self.turn(queue, begun + WAIT).await.inspect_err(|_| {
            self.refusals.inc();
        })?;
        self.waits.observe(begun.elapsed().as_secs_f64());
        // What is held goes with the work: a client that hangs up ends its request, but not the hash.
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done,
            Err(_) => Err(Error::new(Kind::Internal, "hashing a password ended early")),
        }
    }

    /// Waits for a place, a turn and a permit; they are given back on drop.
    async fn turn(&self, queue: &Queue, until: Instant) -> Result<impl Send + use<>> {
        let place = Place::take(&queue.places)?;
        let turn = permit(&queue.turns, until).await?;
        Ok((permit(&self.permits, until).await?, turn, place))
    }
}

async fn permit(of: &Arc<Semaphore>, until: Instant) -> Result<OwnedSemaphorePermit> {
    match tokio::time::timeout_at(until, of.clone().acquire_owned()).await {
        Ok(permit) => Ok(permit.expect("the semaphore is never closed")),
        Err(_) => Err(busy()),
    }
}

impl Queue {
    fn new(turns: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(turns)), places: Arc::default() }
    }
}

/// A place in a queue, given back on drop.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(places: &Arc<AtomicUsize>) -> Result<Self> {
        let place = Self(places.clone());
        if places.fetch_add(1, Ordering::AcqRel) >= QUEUE + PERMITS {
            return Err(busy());
        }
        Ok(place)
    }
}

impl Drop for Place {
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
    use std::sync::mpsc;

    use super::*;

    /// Work that counts how much of it runs at once.
    #[derive(Clone, Default)]
    struct Counted {
        running: Arc<AtomicUsize>,
        most: Arc<AtomicUsize>,
    }

    impl Counted {
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
    async fn no_more_than_the_permits_hash_at_once_and_the_queue_has_an_end() {
        let (hashing, counted) = (Arc::new(Hashing::new()), Counted::default());
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
        assert_eq!(refused, 60 - QUEUE - PERMITS);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_client_that_hangs_up_does_not_free_the_permit_of_the_hash_it_left_running() {
        let (hashing, counted) = (Arc::new(Hashing::new()), Counted::default());

        for _ in 0..20 {
            let hanging_up = tokio::time::timeout(Duration::from_millis(2), hashing.run(counted.work()));
            drop(hanging_up.await);
        }
        hashing.run_known(counted.work()).await.unwrap();

        assert!(counted.most.load(Ordering::SeqCst) <= PERMITS, "{:?}", counted.most);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn strangers_who_fill_their_queue_do_not_keep_the_known_out() {
        let hashing = Arc::new(Hashing::new());
        let (release, held) = mpsc::channel::<()>();
        let held = Arc::new(std::sync::Mutex::new(held));
        let strangers: Vec<_> = (0..QUEUE + PERMITS)
            .map(|_| {
                let (hashing, held) = (hashing.clone(), held.clone());
                tokio::spawn(async move {
                    let work = move || {
                        let _ = held.lock().unwrap().recv();
                        Ok(())
                    };
                    hashing.run(work).await
                })
            })
            .collect();
        while hashing.strangers.places.load(Ordering::SeqCst) < QUEUE + PERMITS {
            tokio::task::yield_now().await;
        }
        if hashing.permits.available_permits() == 0 {
            // On one core the one hash that runs is waited for.
            release.send(()).unwrap();
        }

        assert_eq!(hashing.run(|| Ok(())).await.unwrap_err().status(), 503);
        hashing.run_known(|| Ok(())).await.unwrap();
        drop(release);
        for stranger in strangers {
            drop(stranger.await.unwrap());
        }
    }
}
