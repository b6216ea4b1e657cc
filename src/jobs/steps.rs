//! How far several attempts are together, for whoever looks on.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use tokio::sync::Notify;

use crate::model::id::JobId;

/// Steps done and to do.
#[derive(Default)]
pub(super) struct Steps {
    counted: Mutex<Counted>,
    moved: Notify,
}

#[derive(Default)]
struct Counted {
    done: HashMap<JobId, u64>,
    total: u64,
}

impl Steps {
    /// Counts the steps of another attempt in.
    pub(super) fn expect(&self, steps: u64) {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).total += steps;
        self.moved.notify_one();
    }

    /// Notes how far a job is.
    pub(super) fn reached(&self, job: JobId, steps: u64) {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).done.insert(job, steps);
        self.moved.notify_one();
    }

    /// Waits until something moved; returns the steps done and all of them.
    pub(super) async fn next(&self) -> (u64, u64) {
        self.moved.notified().await;
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        (counted.done.values().sum(), counted.total)
    }
}
