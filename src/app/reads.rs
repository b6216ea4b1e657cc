//! Reads are counted here, in memory, and written down every few seconds: a read does not wait for a write.
//!
//! What a process that is killed had not written down yet is lost: the counts of the last seconds, nothing else.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::id::NotebookId;
use crate::storage::notebook::reads;
use crate::storage::notebook::reads::Cell;
use crate::storage::notebook::reads::Count;
use crate::storage::store::Store;

/// Cells kept at most between two times of writing down; what comes on top is counted without telling its address and
/// credential apart.
const MAX_CELLS: usize = 4096;
/// What stands for the address and the credential then.
const VARIOUS: &str = "various";

/// Who reads.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    pub(crate) actor: String,
    pub(crate) via: String,
    /// Empty for this machine.
    pub(crate) ip: String,
    /// What the assistant that asks calls itself; `None` for a person.
    pub(crate) assistant: Option<String>,
}

type Counts = HashMap<(NotebookId, Cell), Count>;

/// What was read since it was last written down.
#[derive(Default)]
pub(crate) struct Tally(Mutex<Counts>);

impl Tally {
    /// Counts one request of somebody that was handed `entries` entries.
    pub(crate) fn count(&self, notebook: NotebookId, who: Who, what: Read, entries: i64, at: String) {
        let Who { actor, via, ip, assistant } = who;
        let hour = at.get(..13).unwrap_or_default().to_owned();
        let cell = Cell { hour, actor, via, ip, assistant: assistant.unwrap_or_default(), what };
        let count = Count { requests: 1, entries, first_at: at.clone(), last_at: at };
        add(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), notebook, cell, count);
    }

    /// Writes down what was counted, one transaction a notebook. What could not be written stays counted, unless its
    /// notebook is gone.
    ///
    /// # Errors
    /// The last one, after every notebook had its turn.
    pub(crate) fn flush(&self, store: &Store) -> Result<()> {
        let taken = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut by_notebook: HashMap<NotebookId, Vec<(Cell, Count)>> = HashMap::new();
        for ((notebook, cell), count) in taken {
            by_notebook.entry(notebook).or_default().push((cell, count));
        }
        let mut failed: Option<Error> = None;
        for (id, counts) in by_notebook {
            let written = store.notebook(id).and_then(|notebook| {
                notebook.write(|db| counts.iter().try_for_each(|(cell, count)| reads::add(db, cell, count)))
            });
            match written {
                Err(error) if error.kind() != Kind::NotFound => {
                    let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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

fn add(counts: &mut Counts, notebook: NotebookId, cell: Cell, count: Count) {
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

    fn who(via: usize) -> Who {
        let (actor, via, ip) = ("user:1".to_owned(), format!("key:{via}"), "192.0.2.7".to_owned());
        Who { actor, via, ip, assistant: None }
    }

    fn count(tally: &Tally, via: usize, at: &str) {
        tally.count(NotebookId(uuid::Uuid::nil()), who(via), Read::List, 20, at.to_owned());
    }

    #[test]
    fn requests_of_one_hour_share_a_cell_and_the_next_hour_begins_another() {
        let tally = Tally::default();

        for at in ["2026-11-21T08:00:01Z", "2026-11-21T08:59:59Z", "2026-11-21T08:30:00Z", "2026-11-21T09:00:00Z"] {
            count(&tally, 1, at);
        }

        let counts = tally.0.into_inner().unwrap();
        let hour = counts.iter().find(|((_, cell), _)| cell.hour == "2026-11-21T08").unwrap().1;
        assert_eq!(counts.len(), 2);
        assert_eq!((hour.requests, hour.entries), (3, 60));
        assert_eq!((hour.first_at.as_str(), hour.last_at.as_str()), ("2026-11-21T08:00:01Z", "2026-11-21T08:59:59Z"));
    }

    #[test]
    fn memory_stays_bounded_and_nothing_goes_uncounted() {
        let tally = Tally::default();

        for via in 0..3 * MAX_CELLS {
            count(&tally, via, "2026-11-21T08:00:00Z");
        }

        let counts = tally.0.into_inner().unwrap();
        assert_eq!(counts.len(), MAX_CELLS + 1);
        assert_eq!(counts.values().map(|count| count.requests).sum::<i64>(), 3 * i64::try_from(MAX_CELLS).unwrap());
    }
}
