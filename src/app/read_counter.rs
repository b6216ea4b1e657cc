//! In-memory counter of reads, flushed every few seconds, so that a read never waits for a write.
//!
//! A killed process loses the counts of the last seconds.

use std::collections::HashMap;

use crate::domain::activity::ReadKind;
use crate::domain::id::NotebookId;
use crate::error::{Error, ErrorKind, Result};
use crate::storage::notebook::read_counts::{self, ReadCount, ReadKey};
use crate::storage::store::DataStore;
use parking_lot::Mutex;

/// Maximum number of cells between two flushes; further reads are counted without their address and credential.
const MAX_CELLS: usize = 4096;
/// Replaces the address and the credential of such reads.
const VARIOUS: &str = "various";

/// Caller of a read, as it is counted.
#[derive(Debug, Clone)]
pub(crate) struct ReaderIdentity {
    pub(crate) actor: String,
    pub(crate) via: String,
    /// Client address; empty for this machine.
    pub(crate) ip: String,
    /// Name that the assistant gave for itself; `None` for a person.
    pub(crate) assistant: Option<String>,
}

type ReadCounts = HashMap<(NotebookId, ReadKey), ReadCount>;

/// Reads counted since the last flush.
#[derive(Default)]
pub(crate) struct ReadCounter(Mutex<ReadCounts>);

impl ReadCounter {
    /// Counts one request that returned `entries` entries.
    pub(crate) fn record(&self, notebook: NotebookId, who: ReaderIdentity, what: ReadKind, entries: i64, at: String) {
        let ReaderIdentity { actor, via, ip, assistant } = who;
        let hour = at.get(..13).unwrap_or_default().to_owned();
        let cell = ReadKey { hour, actor, via, ip, assistant: assistant.unwrap_or_default(), kind: what };
        let count = ReadCount { requests: 1, entries, first_at: at.clone(), last_at: at };
        add(&mut self.0.lock(), notebook, cell, count);
    }

    /// Writes the counts, one transaction per notebook. Counts that cannot be written are kept, unless their notebook
    /// was deleted.
    ///
    /// # Errors
    /// The last error, after every notebook was tried.
    pub(crate) fn flush(&self, store: &DataStore) -> Result<()> {
        let taken = std::mem::take(&mut *self.0.lock());
        let mut by_notebook: HashMap<NotebookId, Vec<(ReadKey, ReadCount)>> = HashMap::new();
        for ((notebook, cell), count) in taken {
            by_notebook.entry(notebook).or_default().push((cell, count));
        }
        let mut failed: Option<Error> = None;
        for (id, counts) in by_notebook {
            let written = store.notebook(id).and_then(|notebook| {
                notebook.write(|db| counts.iter().try_for_each(|(cell, count)| read_counts::add(db, cell, count)))
            });
            match written {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    let mut held = self.0.lock();
                    for (cell, count) in counts {
                        add(&mut held, id, cell, count);
                    }
                    failed = Some(error);
                }
                _ => {}
            }
        }
        failed.map_or(Ok(()), Err)
    }
}

fn add(counts: &mut ReadCounts, notebook: NotebookId, cell: ReadKey, count: ReadCount) {
    let mut place = (notebook, cell);
    if counts.len() >= MAX_CELLS && !counts.contains_key(&place) {
        VARIOUS.clone_into(&mut place.1.via);
        VARIOUS.clone_into(&mut place.1.ip);
        if !place.1.assistant.is_empty() {
            VARIOUS.clone_into(&mut place.1.assistant);
        }
    }
    match counts.entry(place) {
        std::collections::hash_map::Entry::Vacant(free) => drop(free.insert(count)),
        std::collections::hash_map::Entry::Occupied(mut held) => {
            let held = held.get_mut();
            held.requests += count.requests;
            held.entries += count.entries;
            held.first_at = held.first_at.clone().min(count.first_at);
            held.last_at = held.last_at.clone().max(count.last_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(via: usize) -> ReaderIdentity {
        let (actor, via, ip) = ("user:1".to_owned(), format!("key:{via}"), "192.0.2.7".to_owned());
        ReaderIdentity { actor, via, ip, assistant: None }
    }

    fn count(tally: &ReadCounter, via: usize, at: &str) {
        tally.record(NotebookId(uuid::Uuid::nil()), who(via), ReadKind::List, 20, at.to_owned());
    }

    #[test]
    fn reads_are_counted_per_hour() {
        let tally = ReadCounter::default();

        for at in ["2026-11-21T08:00:01Z", "2026-11-21T08:59:59Z", "2026-11-21T08:30:00Z", "2026-11-21T09:00:00Z"] {
            count(&tally, 1, at);
        }

        let counts = tally.0.into_inner();
        let hour = counts.iter().find(|((_, cell), _)| cell.hour == "2026-11-21T08").unwrap().1;
        assert_eq!(counts.len(), 2);
        assert_eq!((hour.requests, hour.entries), (3, 60));
        assert_eq!((hour.first_at.as_str(), hour.last_at.as_str()), ("2026-11-21T08:00:01Z", "2026-11-21T08:59:59Z"));
    }

    #[test]
    fn cells_are_bounded_and_every_read_is_counted() {
        let tally = ReadCounter::default();

        for via in 0..3 * MAX_CELLS {
            count(&tally, via, "2026-11-21T08:00:00Z");
        }

        let counts = tally.0.into_inner();
        assert_eq!(counts.len(), MAX_CELLS + 1);
        assert_eq!(counts.values().map(|count| count.requests).sum::<i64>(), 3 * i64::try_from(MAX_CELLS).unwrap());
    }
}
