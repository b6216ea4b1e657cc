//! How far the work is, told in bytes.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

/// Counts what was worked off and tells it on.
pub(super) struct Meter<'a> {
    done: AtomicU64,
    total: u64,
    report: &'a (dyn Fn(u64, u64) + Sync),
}

impl<'a> Meter<'a> {
    /// Begins to count up to about `total`.
    pub(super) fn new(total: u64, report: &'a (dyn Fn(u64, u64) + Sync)) -> Self {
        Self { done: AtomicU64::new(0), total, report }
    }

    /// Counts more bytes.
    pub(super) fn add(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        // The total was found out before the work began; a journal that is written to has grown since.
        (self.report)(done, self.total.max(done));
    }
}
