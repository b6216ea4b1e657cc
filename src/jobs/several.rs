//! Several entries that are asked about at once.

use std::collections::VecDeque;

use tokio_util::task::AbortOnDropHandle;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::id::EntryId;
use crate::net::wire::Boxed;

/// Questions that are under way at once, or answered before an earlier one is.
const AT_ONCE: usize = 4;

/// Asks about entries, and hands over what comes of each in the order they were asked about, so that a run over the same
/// entries comes to the same. What is under way ends with it.
pub(super) struct Several<A> {
    ask: Box<dyn Fn(EntryId) -> Boxed<'static, Result<A>> + Send + Sync>,
    waiting: VecDeque<(EntryId, u32)>,
    /// In the order they were asked.
    asking: VecDeque<(EntryId, u32, AbortOnDropHandle<Result<A>>)>,
}

/// An entry, how often it was asked about, and what came of it.
pub(super) type Answered<A> = (EntryId, u32, Result<A>);

impl<A: Send + 'static> Several<A> {
    pub(super) fn new(
        entries: impl IntoIterator<Item = EntryId>,
        ask: impl Fn(EntryId) -> Boxed<'static, Result<A>> + Send + Sync + 'static,
    ) -> Self {
        let waiting = entries.into_iter().map(|entry| (entry, 1)).collect();
        Self { ask: Box::new(ask), waiting, asking: VecDeque::new() }
    }

    /// Asks about an entry again, before those that wait, for it changed since it was asked about.
    pub(super) fn again(&mut self, entry: EntryId, time: u32) {
        self.waiting.push_front((entry, time + 1));
    }

    /// Returns the next answer; `None` once all were handed over.
    ///
    /// # Errors
    /// `Internal` for a question that panicked.
    pub(super) async fn next(&mut self) -> Result<Option<Answered<A>>> {
        while self.asking.len() < AT_ONCE
            && let Some((entry, time)) = self.waiting.pop_front()
        {
            self.asking.push_back((entry, time, AbortOnDropHandle::new(tokio::spawn((self.ask)(entry)))));
        }
        let Some((entry, time, asked)) = self.asking.pop_front() else { return Ok(None) };
        // What a panic said is not passed on: it may quote text.
        let answer = asked.await.map_err(|_| Error::new(Kind::Internal, "asking about an entry ended early"))?;
        Ok(Some((entry, time, answer)))
    }
}
