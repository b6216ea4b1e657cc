//! Combined progress of several running jobs.

use std::collections::HashMap;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::domain::id::JobId;

/// Steps done and in total, over all jobs.
#[derive(Default)]
pub(super) struct ProgressTracker {
    counts: Mutex<ProgressCounts>,
    changed: Notify,
}

#[derive(Default)]
struct ProgressCounts {
    done: HashMap<JobId, u64>,
    total: u64,
}

impl ProgressTracker {
    /// Adds the steps of another job to the total.
    pub(super) fn add_total(&self, steps: u64) {
        self.counts.lock().total += steps;
        self.changed.notify_one();
    }

    /// Sets the number of steps that a job has done.
    pub(super) fn set(&self, job: JobId, steps: u64) {
        self.counts.lock().done.insert(job, steps);
        self.changed.notify_one();
    }

    /// Waits for a change.
    pub(super) async fn wait_for_change(&self) {
        self.changed.notified().await;
    }

    /// Returns the steps done and the total.
    pub(super) fn counts(&self) -> (u64, u64) {
        let counted = self.counts.lock();
        (counted.done.values().sum(), counted.total)
    }
}
