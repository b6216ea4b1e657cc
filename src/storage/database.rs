//! One encrypted SQLite file: one writer, a few readers, and a typed handle to its rows.

pub(crate) mod offer;
mod readers;
pub(crate) mod replace;
pub(crate) mod snapshot;

use std::marker::PhantomData;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::OpenFlags;
use rusqlite::OptionalExtension;
use rusqlite::Params;
use rusqlite::Row;
use rusqlite::TransactionBehavior;

use crate::crypto::key::Key;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::storage::database::readers::Readers;
use crate::storage::files;

/// Bytes of a page.
const PAGE: u64 = 4096;
/// How long a write waits for another process's.
const BUSY: Duration = Duration::from_secs(10);
/// Page cache of a connection in KiB, as SQLite's negative `cache_size`.
const CACHE_KIB: i64 = 4 * 1024;
/// Bytes that all page caches of the process together stay below where they can: a server has many notebooks open.
const ALL_CACHES: i64 = 48 * 1024 * 1024;

/// What a database is for: its migrations, and what is kept in memory beside it.
pub(crate) trait Purpose: Sized + Send + Sync + 'static {
    /// Kept as long as the database is open.
    type Memory: Default + Send + Sync;

    /// The migrations of this kind of database.
    fn migrations() -> refinery::Runner;
}

/// An open database.
pub(crate) struct Database<P: Purpose> {
    path: PathBuf,
    key: Key,
    writer: Mutex<Connection>,
    readers: Readers,
    memory: P::Memory,
}

/// A handle to the rows of one database inside one transaction.
pub(crate) struct Db<'c, P: Purpose> {
    connection: &'c Connection,
    memory: &'c P::Memory,
    purpose: PhantomData<P>,
}

impl<P: Purpose> Database<P> {
    /// Makes a new database, or goes on with one whose making was interrupted.
    ///
    /// `lock` names the file that keeps two processes from migrating at once.
    ///
    /// # Errors
    /// `Conflict` for a wrong key, a damaged file or a schema from the future.
    pub(crate) fn create(path: &Path, key: &Key, lock: &Path) -> Result<Self> {
        if !path.exists() {
            // SQLite gives the WAL the mode of the database, so this one file decides for all, whatever the umask.
            files::create_new(path)?;
        }
        let mut connection = connect(path, key)?;
        migrate::<P>(&mut connection, lock)?;
        Ok(Self::assemble(path, key, connection))
    }

    /// Opens an existing database and brings its schema up to date.
    ///
    /// # Errors
    /// `Conflict` for a missing or emptied file, which is never begun anew, a wrong key, a
    /// damaged file, loose modes, or a schema from the future.
    pub(crate) fn open(path: &Path, key: &Key, lock: &Path) -> Result<Self> {
        let ruined =
            |what: &str| Error::conflict(format!("{} {what}", path.display())).hint("put it back from a backup");
        let length = match std::fs::metadata(path) {
            Ok(facts) => facts.len(),
            Err(_) => return Err(ruined("is missing")),
        };
        files::check_file(path)?;
        // SQLite takes a file of less than a page for a new database.
        if length < PAGE {
            return Err(ruined("was emptied or cut short"));
        }
        let mut connection = connect(path, key)?;
        if schema_version(&connection)?.is_none() {
            return Err(ruined("holds nothing"));
        }
        migrate::<P>(&mut connection, lock)?;
        Ok(Self::assemble(path, key, connection))
    }

    fn assemble(path: &Path, key: &Key, writer: Connection) -> Self {
        Self {
            path: path.to_owned(),
            key: key.clone(),
            writer: Mutex::new(writer),
            readers: Readers::new(),
            memory: P::Memory::default(),
        }
    }

    /// Runs a closure on a consistent snapshot; never waits for a writer, only for another reader to be free.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Db<'_, P>) -> Result<T>) -> Result<T> {
        let mut reader = self.readers.lend(|| connect(&self.path, &self.key))?;
        let snapshot = reader.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let outcome = work(&self.handle(&snapshot));
        snapshot.finish()?;
        outcome
    }

    /// Runs a closure in a write transaction that is durable once this returns `Ok`, and undone otherwise.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Db<'_, P>) -> Result<T>) -> Result<T> {
        let mut connection = locked(&self.writer);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&self.handle(&transaction))?;
        transaction.commit()?;
        Ok(value)
    }

    /// Writes the log back into the database and empties it, so that nothing that was deleted is left in it; false while
    /// somebody reads what is only in the log.
    pub(crate) fn empty_log(&self) -> Result<bool> {
        let busy: i64 = locked(&self.writer).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }

    /// Runs a closure in a write transaction that is undone in any case.
    pub(crate) fn rehearse<T>(&self, work: impl FnOnce(&Db<'_, P>) -> Result<T>) -> Result<T> {
        let mut connection = locked(&self.writer);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = work(&self.handle(&transaction));
        transaction.rollback()?;
        outcome
    }

    /// Checks every page's authentication and the structure; returns what is wrong.
    pub(crate) fn check(&self) -> Result<Vec<String>> {
        self.read(|db| flaws(db.connection))
    }

    /// Returns what is kept in memory beside the database.
    pub(crate) fn memory(&self) -> &P::Memory {
        &self.memory
    }

    /// Returns the key that the file has.
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    fn handle<'c>(&'c self, connection: &'c Connection) -> Db<'c, P> {
        Db { connection, memory: &self.memory, purpose: PhantomData }
    }
}

impl<P: Purpose> Db<'_, P> {
    /// Returns the first row, if any.
    pub(crate) fn first<T>(
        &self,
        sql: &str,
        params: impl Params,
        from_row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.connection.prepare_cached(sql)?.query_row(params, from_row).optional()?)
    }

    /// Returns the one row of a statement that always has one.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        from_row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        Ok(self.connection.prepare_cached(sql)?.query_row(params, from_row)?)
    }

    /// Returns every row.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        from_row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Hands every row to a closure without keeping them.
    pub(crate) fn each(
        &self,
        sql: &str,
        params: impl Params,
        mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        Ok(())
    }

    /// Runs a statement and returns how many rows it changed.
    pub(crate) fn run(&self, sql: &str, params: impl Params) -> Result<usize> {
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Runs an INSERT and returns the new row's id.
    pub(crate) fn insert(&self, sql: &str, params: impl Params) -> Result<i64> {
        Ok(self.connection.prepare_cached(sql)?.insert(params)?)
    }

    /// Returns what is kept in memory beside the database.
    pub(crate) fn memory(&self) -> &P::Memory {
        self.memory
    }
}

/// Runs a closure on a database from async code, on a thread that may block.
pub(crate) async fn blocking<P: Purpose, T: Send + 'static>(
    database: Arc<Database<P>>,
    work: impl FnOnce(&Database<P>) -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(move || work(&database)).await {
        Ok(outcome) => outcome,
        // What a panic said is not passed on: it may quote text.
        Err(_) => Err(Error::new(Kind::Internal, "a database task ended early")),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic rolls its transaction back on unwinding, so the connection behind a poisoned lock is sound.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path, key: &Key) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    // SQLCipher would print to stderr for a wrong key, and the key has to come before anything that reads.
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    connection.pragma_update(None, "key", key.sqlcipher_literal().as_str())?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "soft_heap_limit", ALL_CACHES)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

fn flaws(connection: &Connection) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for pragma in ["PRAGMA cipher_integrity_check", "PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
        let mut statement = connection.prepare(pragma)?;
        let found = statement.query_map([], |row| {
            Ok(row.get::<_, String>(0).unwrap_or_else(|_| "a row whose parent is missing".to_owned()))
        })?;
        for line in found {
            wrong.extend(Some(line?).filter(|line| line != "ok"));
        }
    }
    Ok(wrong)
}

fn migrate<P: Purpose>(connection: &mut Connection, lock: &Path) -> Result<()> {
    let runner = P::migrations();
    let newest = runner.get_migrations().iter().map(refinery::Migration::version).max().unwrap_or(0);
    if schema_version(connection)? == Some(i64::from(newest)) {
        return Ok(());
    }
    let _lock = files::lock(lock)?;
    match schema_version(connection)? {
        Some(version) if version > i64::from(newest) => {
            return Err(Error::conflict("the data directory was written by a newer version of journal")
                .hint("use that version or a newer one; nothing was changed"));
        }
        Some(version) if version == i64::from(newest) => return Ok(()),
        _ => {}
    }
    runner.set_grouped(true).run(connection).map(drop).map_err(Error::from)
}

/// Returns the newest migration that was applied; `None` for a new file.
fn schema_version(connection: &Connection) -> Result<Option<i64>> {
    let known = connection
        .query_row("SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history'", [], |_| Ok(()))
        .optional()?;
    match known {
        None => Ok(None),
        Some(()) => Ok(connection.query_row("SELECT MAX(version) FROM refinery_schema_history", [], |row| row.get(0))?),
    }
}

#[cfg(test)]
mod tests;
