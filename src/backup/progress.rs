//! Progress counter in bytes.

use std::sync::atomic::{AtomicU64, Ordering};

/// Thread-safe byte counter that reports progress to a callback.
pub(super) struct ProgressCounter<'a> {
    done: AtomicU64,
    total: u64,
    report: &'a (dyn Fn(u64, u64) + Sync),
}

impl<'a> ProgressCounter<'a> {
    /// Creates a counter; `total` is an estimate.
    pub(super) fn new(total: u64, report: &'a (dyn Fn(u64, u64) + Sync)) -> Self {
        Self { done: AtomicU64::new(0), total, report }
    }

    /// Counts more bytes.
    pub(super) fn add(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        // The total was measured before the work began; a journal in use may have grown since.
        (self.report)(done, self.total.max(done));
    }
}
