//! Concurrent tasks over entries with results in order.

use std::collections::VecDeque;

use tokio_util::task::AbortOnDropHandle;

use crate::domain::id::EntryId;
use crate::error::{Error, ErrorKind, Result};
use crate::net::transport::BoxFuture;

/// Maximum number of tasks that run, or have finished ahead of an earlier one.
const MAX_CONCURRENT_TASKS: usize = 4;

/// Runs a task per entry, several at once, and returns the results in the order of the entries, so that a run is
/// deterministic. Dropping it aborts running tasks.
pub(super) struct OrderedTasks<A> {
    task: Box<dyn Fn(EntryId) -> BoxFuture<'static, Result<A>> + Send + Sync>,
    waiting: VecDeque<(EntryId, u32)>,
    /// In start order.
    running: VecDeque<(EntryId, u32, AbortOnDropHandle<Result<A>>)>,
}

/// An entry, the number of attempts, and the result of the last one.
pub(super) type TaskResult<A> = (EntryId, u32, Result<A>);

impl<A: Send + 'static> OrderedTasks<A> {
    pub(super) fn new(
        entries: impl IntoIterator<Item = EntryId>,
        ask: impl Fn(EntryId) -> BoxFuture<'static, Result<A>> + Send + Sync + 'static,
    ) -> Self {
        let waiting = entries.into_iter().map(|entry| (entry, 1)).collect();
        Self { task: Box::new(ask), waiting, running: VecDeque::new() }
    }

    /// Runs the task of an entry again, ahead of the waiting entries, because the entry changed meanwhile.
    pub(super) fn retry(&mut self, entry: EntryId, time: u32) {
        self.waiting.push_front((entry, time + 1));
    }

    /// Returns the next result; `None` after the last one.
    ///
    /// # Errors
    /// `Internal` for a task that panicked.
    pub(super) async fn next(&mut self) -> Result<Option<TaskResult<A>>> {
        while self.running.len() < MAX_CONCURRENT_TASKS
            && let Some((entry, time)) = self.waiting.pop_front()
        {
            self.running.push_back((entry, time, AbortOnDropHandle::new(tokio::spawn((self.task)(entry)))));
        }
        let Some((entry, time, task)) = self.running.pop_front() else { return Ok(None) };
        // The panic message is dropped: it may quote text.
        let answer =
            task.await.map_err(|_| Error::new(ErrorKind::Internal, "an entry's task panicked or was aborted"))?;
        Ok(Some((entry, time, answer)))
    }
}
