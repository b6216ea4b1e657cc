//! Connection pool for the readers of one database.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};

use parking_lot::{Condvar, Mutex, MutexGuard};
use rusqlite::Connection;

use crate::error::Result;

/// Maximum readers of a database; more than there are cores only contend, and each has a page cache.
const MAX_READERS: usize = 8;

thread_local! {
    /// Readers held by this thread.
    static READERS_HELD: Cell<usize> = const { Cell::new(0) };
}

/// Connection pool for readers.
pub(super) struct ReaderPool {
    limit: usize,
    idle: Mutex<IdleReaders>,
    returned: Condvar,
}

#[derive(Default)]
struct IdleReaders {
    connections: Vec<Connection>,
    in_use: usize,
}

impl ReaderPool {
    pub(super) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { limit: (cores + 1).min(MAX_READERS), idle: Mutex::default(), returned: Condvar::new() }
    }

    /// Returns a reader, opening one below the limit; otherwise waits for one to be returned.
    ///
    /// A thread that already holds one gets another beyond the limit: waiting could be a deadlock with itself.
    pub(super) fn get(&self, open: impl FnOnce() -> Result<Connection>) -> Result<PooledReader<'_>> {
        let nested = READERS_HELD.get() > 0;
        let mut idle = self.lock_idle();
        let found = loop {
            match idle.connections.pop() {
                Some(connection) => break Some(connection),
                None if idle.in_use < self.limit || nested => break None,
                None => self.returned.wait(&mut idle),
            }
        };
        idle.in_use += 1;
        drop(idle);
        READERS_HELD.set(READERS_HELD.get() + 1);
        // Created before `open` runs, so that its drop corrects the count on failure.
        let mut reader = PooledReader { pool: self, connection: found };
        if reader.connection.is_none() {
            reader.connection = Some(open()?);
        }
        Ok(reader)
    }

    fn lock_idle(&self) -> MutexGuard<'_, IdleReaders> {
        self.idle.lock()
    }
}

/// A reader connection, returned to the pool on drop.
pub(super) struct PooledReader<'r> {
    pool: &'r ReaderPool,
    connection: Option<Connection>,
}

impl Deref for PooledReader<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("a pooled reader has a connection")
    }
}

impl DerefMut for PooledReader<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("a pooled reader has a connection")
    }
}

impl Drop for PooledReader<'_> {
    fn drop(&mut self) {
        READERS_HELD.set(READERS_HELD.get() - 1);
        let mut idle = self.pool.lock_idle();
        idle.in_use -= 1;
        // A connection opened beyond the limit for a nested read is closed.
        if let Some(connection) =
            self.connection.take().filter(|_| idle.connections.len() + idle.in_use < self.pool.limit)
        {
            idle.connections.push(connection);
        }
        drop(idle);
        self.pool.returned.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn open(opened: &AtomicUsize) -> Result<Connection> {
        opened.fetch_add(1, Ordering::Relaxed);
        Ok(Connection::open_in_memory()?)
    }

    #[test]
    fn pool_stays_within_its_limit_and_serves_every_thread() {
        let readers = ReaderPool { limit: 2, idle: Mutex::default(), returned: Condvar::new() };
        let (opened, served) = (AtomicUsize::new(0), AtomicUsize::new(0));

        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let reader = readers.get(|| open(&opened)).unwrap();
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
    fn nested_read_does_not_deadlock() {
        let readers = ReaderPool { limit: 1, idle: Mutex::default(), returned: Condvar::new() };
        let opened = AtomicUsize::new(0);

        let outer = readers.get(|| open(&opened)).unwrap();
        drop(readers.get(|| open(&opened)).unwrap());
        drop(outer);

        assert_eq!(readers.lock_idle().connections.len(), 1);
        assert_eq!(readers.lock_idle().in_use, 0);
    }

    #[test]
    fn failed_open_does_not_use_up_a_slot() {
        let readers = ReaderPool { limit: 1, idle: Mutex::default(), returned: Condvar::new() };
        let opened = AtomicUsize::new(0);

        assert!(readers.get(|| Err(crate::error::Error::conflict("no such file"))).is_err());

        assert!(readers.get(|| open(&opened)).is_ok());
    }
}
