//! What was searched and listed lately, in memory only, gone when the notebook is closed.
//!
//! Results are good while the notebook stands where it stood when they were read: any process that changes an entry or a
//! vector moves a counter in the same transaction. What was typed is kept as a digest.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::Weak;
use std::time::Duration;
use std::time::Instant;

use lru::LruCache;

use crate::model::hit::Found;
use crate::model::id::EntryId;

/// Query vectors kept of a notebook: 100 KiB.
const VECTORS: NonZeroUsize = NonZeroUsize::new(64).expect("not zero");
/// Pages of results kept of a notebook.
const RESULTS: NonZeroUsize = NonZeroUsize::new(8).expect("not zero");
/// Orders of results kept of a notebook: 30 entries each.
const ORDERS: NonZeroUsize = NonZeroUsize::new(64).expect("not zero");
/// Bytes of text above which a page of results is not kept.
const LARGEST: usize = 128 * 1024;
/// How long either is kept.
const KEPT: Duration = Duration::from_mins(5);

/// SHA-256 of what was asked.
pub(crate) type Digest = [u8; 32];

/// Where a notebook stands: its counters, read in the snapshot that a result comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stand {
    /// Moves with every change of a vector or a date.
    pub(crate) generation: i64,
    /// Moves with every change of an entry.
    pub(crate) revision: i64,
}

/// The caches of one notebook.
pub(crate) struct Recent {
    vectors: Mutex<LruCache<Digest, Kept<Arc<[f32]>>>>,
    results: Mutex<LruCache<Digest, Kept<Page>>>,
    orders: Mutex<LruCache<Digest, Kept<Arc<Order>>>>,
    turns: Mutex<HashMap<Digest, Weak<Turn>>>,
    total: Mutex<Option<(i64, i64)>>,
}

/// A page of results, and where the notebook stood.
type Page = (Stand, Arc<Found>);

/// A model's order of everything that a search found, best first, with its scores.
#[derive(Debug, PartialEq)]
pub(crate) struct Order {
    /// Where the notebook stood when the model was asked.
    pub(crate) stand: Stand,
    pub(crate) entries: Vec<(EntryId, f64)>,
}

/// Whose turn it is to ask a model about a search.
pub(crate) type Turn = tokio::sync::Mutex<()>;

struct Kept<T> {
    since: Instant,
    value: T,
}

impl<T: Clone> Kept<T> {
    fn new(value: T) -> Self {
        Self { since: Instant::now(), value }
    }

    fn fresh(&self) -> Option<T> {
        (self.since.elapsed() < KEPT).then(|| self.value.clone())
    }
}

impl Default for Recent {
    fn default() -> Self {
        Self {
            vectors: Mutex::new(LruCache::new(VECTORS)),
            results: Mutex::new(LruCache::new(RESULTS)),
            orders: Mutex::new(LruCache::new(ORDERS)),
            turns: Mutex::default(),
            total: Mutex::new(None),
        }
    }
}

impl Recent {
    /// Returns the vector of a query that was asked lately.
    pub(crate) fn vector(&self, query: &Digest) -> Option<Arc<[f32]>> {
        held(&self.vectors).get(query).and_then(Kept::fresh)
    }

    pub(crate) fn keep_vector(&self, query: Digest, vector: Arc<[f32]>) {
        held(&self.vectors).put(query, Kept::new(vector));
    }

    /// Returns a page of results, if the notebook still stands where it stood.
    pub(crate) fn result(&self, search: &Digest, stand: Stand) -> Option<Arc<Found>> {
        let (then, found) = held(&self.results).get(search).and_then(Kept::fresh)?;
        (then == stand).then_some(found)
    }

    pub(crate) fn keep_result(&self, search: Digest, stand: Stand, found: &Arc<Found>) {
        let bytes: usize = found.items.iter().map(|hit| hit.text.len()).sum();
        if bytes <= LARGEST {
            held(&self.results).put(search, Kept::new((stand, found.clone())));
        }
    }

    /// Returns a model's order of a search, if the notebook still stands where it stood.
    pub(crate) fn order(&self, search: &Digest, stand: Stand) -> Option<Arc<Order>> {
        held(&self.orders).get(search).and_then(Kept::fresh).filter(|order| order.stand == stand)
    }

    pub(crate) fn keep_order(&self, search: Digest, order: Arc<Order>) {
        held(&self.orders).put(search, Kept::new(order));
    }

    /// Returns what whoever asks a model about a search holds meanwhile: the next one finds the answer here.
    pub(crate) fn turn(&self, search: Digest) -> Arc<Turn> {
        let mut turns = held(&self.turns);
        turns.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = turns.get(&search).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::new(Turn::default());
        turns.insert(search, Arc::downgrade(&turn));
        turn
    }

    /// Returns how many entries there are, if it was counted at this revision.
    pub(crate) fn total(&self, revision: i64) -> Option<i64> {
        held(&self.total).filter(|(then, _)| *then == revision).map(|(_, total)| total)
    }

    pub(crate) fn keep_total(&self, revision: i64, total: i64) {
        *held(&self.total) = Some((revision, total));
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
