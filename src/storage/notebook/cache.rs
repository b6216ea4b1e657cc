//! Search cache of one notebook, in memory only.
//!
//! A result is valid while the notebook's counters are those read in the result's snapshot; every change of an entry
//! or vector by any process increments one in the same transaction. Keys are digests, so no query text is kept.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use lru::LruCache;
use parking_lot::Mutex;

use crate::domain::id::EntryId;
use crate::domain::search_result::SearchPage;

/// Maximum cached query vectors: 100 KiB.
const VECTORS: NonZeroUsize = NonZeroUsize::new(64).expect("not zero");
/// Maximum cached pages of results.
const RESULTS: NonZeroUsize = NonZeroUsize::new(8).expect("not zero");
/// Maximum cached rerank orders, of 30 entries each.
const ORDERS: NonZeroUsize = NonZeroUsize::new(64).expect("not zero");
/// Maximum text bytes of a cached page.
const MAX_PAGE_BYTES: usize = 128 * 1024;
/// Time to live of a cached value.
const TIME_TO_LIVE: Duration = Duration::from_mins(5);

/// SHA-256 of a search request.
pub(crate) type SearchDigest = [u8; 32];

/// Counters of a notebook, read in the snapshot of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CacheVersion {
    /// Incremented by every change of a vector or a date.
    pub(crate) vector_generation: i64,
    /// Incremented by every change of an entry.
    pub(crate) revision: i64,
}

/// Caches of one notebook.
pub(crate) struct SearchCache {
    vectors: Mutex<LruCache<SearchDigest, CachedResult<Arc<[f32]>>>>,
    results: Mutex<LruCache<SearchDigest, CachedResult<CachedPage>>>,
    orders: Mutex<LruCache<SearchDigest, CachedResult<Arc<RerankOrder>>>>,
    rerank_locks: Mutex<HashMap<SearchDigest, Weak<RerankLock>>>,
    total: Mutex<Option<(i64, i64)>>,
}

/// A page of results with its version.
type CachedPage = (CacheVersion, Arc<SearchPage>);

/// Order of a search's results by a rerank model, best first, with scores.
#[derive(Debug, PartialEq)]
pub(crate) struct RerankOrder {
    /// Version of the notebook that was reranked.
    pub(crate) version: CacheVersion,
    pub(crate) entries: Vec<(EntryId, f64)>,
}

/// Lock that serializes rerank calls for one search.
pub(crate) type RerankLock = tokio::sync::Mutex<()>;

struct CachedResult<T> {
    cached_at: Instant,
    value: T,
}

impl<T: Clone> CachedResult<T> {
    fn new(value: T) -> Self {
        Self { cached_at: Instant::now(), value }
    }

    fn get_if_fresh(&self) -> Option<T> {
        (self.cached_at.elapsed() < TIME_TO_LIVE).then(|| self.value.clone())
    }
}

impl Default for SearchCache {
    fn default() -> Self {
        Self {
            vectors: Mutex::new(LruCache::new(VECTORS)),
            results: Mutex::new(LruCache::new(RESULTS)),
            orders: Mutex::new(LruCache::new(ORDERS)),
            rerank_locks: Mutex::default(),
            total: Mutex::new(None),
        }
    }
}

impl SearchCache {
    /// Returns a cached query vector.
    pub(crate) fn vector(&self, query: &SearchDigest) -> Option<Arc<[f32]>> {
        self.vectors.lock().get(query).and_then(CachedResult::get_if_fresh)
    }

    pub(crate) fn insert_vector(&self, query: SearchDigest, vector: Arc<[f32]>) {
        self.vectors.lock().put(query, CachedResult::new(vector));
    }

    /// Returns a cached page of results of the current version.
    pub(crate) fn result(&self, search: &SearchDigest, version: CacheVersion) -> Option<Arc<SearchPage>> {
        let (cached_version, found) = self.results.lock().get(search).and_then(CachedResult::get_if_fresh)?;
        (cached_version == version).then_some(found)
    }

    pub(crate) fn insert_result(&self, search: SearchDigest, version: CacheVersion, found: &Arc<SearchPage>) {
        let bytes: usize = found.items.iter().map(|hit| hit.text.len()).sum();
        if bytes <= MAX_PAGE_BYTES {
            self.results.lock().put(search, CachedResult::new((version, found.clone())));
        }
    }

    /// Returns a cached rerank order of the current version.
    pub(crate) fn order(&self, search: &SearchDigest, version: CacheVersion) -> Option<Arc<RerankOrder>> {
        self.orders.lock().get(search).and_then(CachedResult::get_if_fresh).filter(|order| order.version == version)
    }

    pub(crate) fn insert_order(&self, search: SearchDigest, order: Arc<RerankOrder>) {
        self.orders.lock().put(search, CachedResult::new(order));
    }

    /// Returns the lock for reranking a search; a second caller waits and then finds the result in the cache.
    pub(crate) fn rerank_lock(&self, search: SearchDigest) -> Arc<RerankLock> {
        let mut turns = self.rerank_locks.lock();
        turns.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = turns.get(&search).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::new(RerankLock::default());
        turns.insert(search, Arc::downgrade(&turn));
        turn
    }

    /// Returns the cached entry count of a revision.
    pub(crate) fn total(&self, revision: i64) -> Option<i64> {
        self.total.lock().filter(|(then, _)| *then == revision).map(|(_, total)| total)
    }

    pub(crate) fn set_total(&self, revision: i64, total: i64) {
        *self.total.lock() = Some((revision, total));
    }
}
