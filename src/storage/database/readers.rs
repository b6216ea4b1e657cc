//! The readers of one database: a few connections that are lent out and come back.

use std::cell::Cell;
use std::ops::Deref;
use std::ops::DerefMut;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use rusqlite::Connection;

use crate::error::Result;

/// Most readers a database has: more than there are cores would only wait for each other, and each has a page cache.
const MOST: usize = 8;

thread_local! {
    /// Readers this thread holds.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// The readers of one database.
pub(super) struct Readers {
    limit: usize,
    idle: Mutex<Idle>,
    returned: Condvar,
}

#[derive(Default)]
struct Idle {
    connections: Vec<Connection>,
    lent: usize,
}

impl Readers {
    pub(super) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { limit: (cores + 1).min(MOST), idle: Mutex::default(), returned: Condvar::new() }
    }

    /// Lends a reader, opening one if there are not enough yet; waits while all of them are out.
    ///
    /// A thread that holds one already is never made to wait: it could be for itself.
    pub(super) fn lend(&self, open: impl FnOnce() -> Result<Connection>) -> Result<Reader<'_>> {
        let nested = HELD.get() > 0;
        let mut idle = self.idle();
        let found = loop {
            match idle.connections.pop() {
                Some(connection) => break Some(connection),
                None if idle.lent < self.limit || nested => break None,
                None => idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner),
            }
        };
        idle.lent += 1;
        drop(idle);
        HELD.set(HELD.get() + 1);
        // From here on the reader counts as lent, and its drop takes that back, whatever `open` says.
        let mut reader = Reader { of: self, connection: found };
        if reader.connection.is_none() {
            reader.connection = Some(open()?);
        }
        Ok(reader)
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reader that was lent; it goes back when it is dropped.
pub(super) struct Reader<'r> {
    of: &'r Readers,
    connection: Option<Connection>,
}

impl Deref for Reader<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("a reader that was lent has its connection")
    }
}

impl DerefMut for Reader<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("a reader that was lent has its connection")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        HELD.set(HELD.get() - 1);
        let mut idle = self.of.idle();
        idle.lent -= 1;
        // One opened past the limit for a nested read is closed again.
        if let Some(connection) = self.connection.take().filter(|_| idle.connections.len() + idle.lent < self.of.limit)
        {
            idle.connections.push(connection);
        }
        drop(idle);
        self.of.returned.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering;

    use super::*;

    fn open(opened: &AtomicUsize) -> Result<Connection> {
        opened.fetch_add(1, Ordering::Relaxed);
        Ok(Connection::open_in_memory()?)
    }

    #[test]
    fn no_more_readers_are_opened_than_the_limit_and_everybody_gets_one() {
        let readers = Readers { limit: 2, idle: Mutex::default(), returned: Condvar::new() };
        let (opened, served) = (AtomicUsize::new(0), AtomicUsize::new(0));

        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let reader = readers.lend(|| open(&opened)).unwrap();
                        assert!(reader.is_autocommit());
                        served.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });

        assert_eq!(served.into_inner(), 320);
        assert!(opened.into_inner() <= 2);
    }

    #[test]
    fn a_read_inside_a_read_does_not_wait_for_itself() {
        let readers = Readers { limit: 1, idle: Mutex::default(), returned: Condvar::new() };
        let opened = AtomicUsize::new(0);

        let outer = readers.lend(|| open(&opened)).unwrap();
        drop(readers.lend(|| open(&opened)).unwrap());
        drop(outer);

        assert_eq!(readers.idle().connections.len(), 1);
        assert_eq!(readers.idle().lent, 0);
    }

    #[test]
    fn a_reader_that_cannot_be_opened_takes_no_place() {
        let readers = Readers { limit: 1, idle: Mutex::default(), returned: Condvar::new() };
        let opened = AtomicUsize::new(0);

        assert!(readers.lend(|| Err(crate::error::Error::conflict("it is gone"))).is_err());

        assert!(readers.lend(|| open(&opened)).is_ok());
    }
}
