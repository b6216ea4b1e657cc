//! Cache of open notebooks.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::id::NotebookId;
use crate::error::Result;
use crate::storage::database::EncryptedDatabase;
use crate::storage::notebook::NotebookKind;
use parking_lot::Mutex;

/// Size of the cache; the least recently used notebook is evicted.
const MAX_OPEN_NOTEBOOKS: usize = 64;

type OpenNotebook = Arc<EncryptedDatabase<NotebookKind>>;

/// Slot of one notebook, locked while it is opened; `None` until that succeeded.
type NotebookSlot = Arc<Mutex<Option<OpenNotebook>>>;

/// LRU cache of open notebooks. Opening one never delays the callers of another.
#[derive(Default)]
pub(super) struct NotebookCache(Mutex<VecDeque<(NotebookId, NotebookSlot)>>);

impl NotebookCache {
    /// Returns a notebook, opening it if it is not cached. Blocks while another thread opens the same one.
    ///
    /// # Errors
    /// The error of `open`; the next call tries again.
    pub(super) fn get_or_open(
        &self,
        id: NotebookId,
        open: impl FnOnce() -> Result<EncryptedDatabase<NotebookKind>>,
    ) -> Result<OpenNotebook> {
        let slot = self.slot(id);
        let mut opened = slot.lock();
        if let Some(notebook) = &*opened {
            return Ok(notebook.clone());
        }
        match open() {
            Ok(notebook) => Ok(opened.insert(Arc::new(notebook)).clone()),
            Err(error) => {
                self.0.lock().retain(|(_, other)| !Arc::ptr_eq(other, &slot));
                Err(error)
            }
        }
    }

    /// Removes a notebook; it is closed once its last user is done.
    pub(super) fn remove(&self, id: NotebookId) {
        let mut slots = self.0.lock();
        let position = slots.iter().position(|(other, _)| *other == id);
        let removed = position.and_then(|position| slots.remove(position));
        drop(slots);
        drop(removed);
    }

    /// Returns a notebook's slot as the most recently used one.
    fn slot(&self, id: NotebookId) -> NotebookSlot {
        let mut slots = self.0.lock();
        let known = slots.iter().position(|(other, _)| *other == id).and_then(|position| slots.remove(position));
        let evicted = if known.is_none() && slots.len() >= MAX_OPEN_NOTEBOOKS { slots.pop_front() } else { None };
        let (_, slot) = known.unwrap_or_else(|| (id, NotebookSlot::default()));
        slots.push_back((id, slot.clone()));
        drop(slots);
        // Closing a database accesses its files, so the evicted one is dropped without the lock.
        drop(evicted);
        slot
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::error::Error;
    use crate::storage::notebook::state;
    use crate::storage::notebook::test_support::temp_notebook;

    fn id(number: u128) -> NotebookId {
        NotebookId(uuid::Uuid::from_u128(number))
    }

    /// The first notebook is held up while it is opened, like by a long migration.
    #[test]
    fn slow_open_does_not_block_reads_of_another_notebook() {
        let cache = NotebookCache::default();
        let ((_slow_folder, slow), (_folder, other)) = (temp_notebook(), temp_notebook());
        let (started, has_started) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let shared = &cache;

        std::thread::scope(|scope| {
            let opening = scope.spawn(move || {
                shared.get_or_open(id(1), || {
                    started.send(()).unwrap();
                    released.recv().unwrap();
                    Ok(slow)
                })
            });
            has_started.recv().unwrap();

            let generation = cache.get_or_open(id(2), || Ok(other)).unwrap().read(state::generation);

            assert!(generation.is_ok() && !opening.is_finished());
            release.send(()).unwrap();
            assert!(opening.join().unwrap().is_ok());
        });
    }

    #[test]
    fn notebook_is_opened_once_by_concurrent_callers() {
        let cache = NotebookCache::default();
        let (_folder, notebook) = temp_notebook();
        let unopened = Mutex::new(Some(notebook));
        let open = || cache.get_or_open(id(1), || Ok(unopened.lock().take().unwrap())).unwrap();

        let opened: Vec<OpenNotebook> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });

        assert!(opened.iter().all(|other| Arc::ptr_eq(other, &opened[0])));
    }

    #[test]
    fn failed_open_is_tried_again_and_takes_no_slot() {
        let cache = NotebookCache::default();
        let (_folder, notebook) = temp_notebook();

        let failed = cache.get_or_open(id(1), || Err(Error::not_found("notebook")));

        assert!(failed.is_err() && cache.0.lock().is_empty());
        assert!(cache.get_or_open(id(1), || Ok(notebook)).is_ok());
    }
}
