//! Encrypted SQLite database: one writer, a pool of readers, and a typed transaction handle.

mod reader_pool;
pub(crate) mod rekeyed_copy;
pub(crate) mod snapshot;
pub(crate) mod try_insert;

use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Params, Row, TransactionBehavior};

use crate::crypto::key::SymmetricKey;
use crate::error::{Error, Result};
use crate::storage::database::reader_pool::ReaderPool;
use crate::storage::files;

/// SQLite page size in bytes.
const PAGE_BYTES: u64 = 4096;
/// Time a write waits for another process's write lock.
const BUSY: Duration = Duration::from_secs(10);
/// Page cache of one connection in KiB, as SQLite's negative `cache_size`.
const CACHE_KIB: i64 = 4 * 1024;
/// Soft heap limit in bytes for all page caches of the process; a server has many notebooks open.
const ALL_CACHES: i64 = 48 * 1024 * 1024;

/// Kind of a database: its migrations and its in-memory state.
pub(crate) trait DatabaseKind: Sized + Send + Sync + 'static {
    /// In-memory state, kept while the database is open.
    type Memory: Default + Send + Sync;

    /// Returns the migrations.
    fn migrations() -> refinery::Runner;
}

/// An open encrypted database.
pub(crate) struct EncryptedDatabase<P: DatabaseKind> {
    path: PathBuf,
    key: SymmetricKey,
    writer: Mutex<Connection>,
    readers: ReaderPool,
    memory: P::Memory,
}

/// Handle to the rows of one database within one transaction.
pub(crate) struct DatabaseTx<'c, P: DatabaseKind> {
    connection: &'c Connection,
    memory: &'c P::Memory,
    kind: PhantomData<P>,
}

impl<P: DatabaseKind> EncryptedDatabase<P> {
    /// Creates a database, or resumes an interrupted creation.
    ///
    /// `lock` is the lock file that serializes migrations across processes.
    ///
    /// # Errors
    /// `Conflict` for a wrong key, a damaged file or a schema of a newer version.
    pub(crate) fn create(path: &Path, key: &SymmetricKey, lock: &Path) -> Result<Self> {
        if !path.exists() {
            // SQLite gives the WAL the mode of the database file, so this mode applies to all of them regardless of
            // the umask.
            files::create_new(path)?;
        }
        let mut connection = connect(path, key)?;
        migrate::<P>(&mut connection, lock)?;
        Ok(Self::assemble(path, key, connection))
    }

    /// Opens an existing database and applies pending migrations.
    ///
    /// # Errors
    /// `Conflict` for a missing or truncated file (never recreated), a wrong key, a damaged file, loose modes, or a
    /// schema of a newer version.
    pub(crate) fn open(path: &Path, key: &SymmetricKey, lock: &Path) -> Result<Self> {
        let ruined =
            |problem: &str| Error::conflict(format!("{} {problem}", path.display())).hint("restore it from a backup");
        let length = match std::fs::metadata(path) {
            Ok(facts) => facts.len(),
            Err(_) => return Err(ruined("is missing")),
        };
        files::check_private_file(path)?;
        // SQLite treats a file shorter than a page as a new database.
        if length < PAGE_BYTES {
            return Err(ruined("is truncated"));
        }
        let mut connection = connect(path, key)?;
        if schema_version(&connection)?.is_none() {
            return Err(ruined("has no schema"));
        }
        migrate::<P>(&mut connection, lock)?;
        Ok(Self::assemble(path, key, connection))
    }

    fn assemble(path: &Path, key: &SymmetricKey, writer: Connection) -> Self {
        Self {
            path: path.to_owned(),
            key: key.clone(),
            writer: Mutex::new(writer),
            readers: ReaderPool::new(),
            memory: P::Memory::default(),
        }
    }

    /// Runs a closure on a consistent snapshot; waits for a free reader, never for a writer.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&DatabaseTx<'_, P>) -> Result<T>) -> Result<T> {
        let mut reader = self.readers.get(|| connect(&self.path, &self.key))?;
        let snapshot = reader.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let outcome = work(&self.transaction_handle(&snapshot));
        snapshot.finish()?;
        outcome
    }

    /// Runs a closure in a write transaction: durable on `Ok`, rolled back otherwise.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&DatabaseTx<'_, P>) -> Result<T>) -> Result<T> {
        // A panic in a transaction rolls it back while it unwinds, so the connection stays usable.
        let mut connection = self.writer.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&self.transaction_handle(&transaction))?;
        transaction.commit()?;
        Ok(value)
    }

    /// Checkpoints and truncates the WAL, so that no deleted data remains in it; false while a reader still needs it.
    pub(crate) fn truncate_wal(&self) -> Result<bool> {
        let busy: i64 = self.writer.lock().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }

    /// Runs a closure in a write transaction that is always rolled back.
    pub(crate) fn dry_run<T>(&self, work: impl FnOnce(&DatabaseTx<'_, P>) -> Result<T>) -> Result<T> {
        let mut connection = self.writer.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = work(&self.transaction_handle(&transaction));
        transaction.rollback()?;
        outcome
    }

    /// Verifies the authentication of every page and the structure; returns the problems found.
    pub(crate) fn integrity_errors(&self) -> Result<Vec<String>> {
        self.read(|db| integrity_errors(db.connection))
    }

    /// Returns the in-memory state of the database.
    pub(crate) fn memory(&self) -> &P::Memory {
        &self.memory
    }

    /// Returns the database key.
    pub(crate) fn key(&self) -> &SymmetricKey {
        &self.key
    }

    fn transaction_handle<'c>(&'c self, connection: &'c Connection) -> DatabaseTx<'c, P> {
        DatabaseTx { connection, memory: &self.memory, kind: PhantomData }
    }
}

impl<P: DatabaseKind> DatabaseTx<'_, P> {
    /// Returns the first row, if any.
    pub(crate) fn query_optional<T>(
        &self,
        sql: &str,
        params: impl Params,
        from_row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.connection.prepare_cached(sql)?.query_row(params, from_row).optional()?)
    }

    /// Returns the row of a statement that always has one.
    pub(crate) fn query_one<T>(
        &self,
        sql: &str,
        params: impl Params,
        from_row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        Ok(self.connection.prepare_cached(sql)?.query_row(params, from_row)?)
    }

    /// Returns every row.
    pub(crate) fn query_all<T>(
        &self,
        sql: &str,
        params: impl Params,
        from_row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Calls a closure with every row, without collecting them.
    pub(crate) fn for_each_row(
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

    /// Executes a statement and returns the number of changed rows.
    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<usize> {
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Executes an INSERT and returns the row id.
    pub(crate) fn insert(&self, sql: &str, params: impl Params) -> Result<i64> {
        Ok(self.connection.prepare_cached(sql)?.insert(params)?)
    }

    /// Returns the in-memory state of the database.
    pub(crate) fn memory(&self) -> &P::Memory {
        self.memory
    }
}

fn connect(path: &Path, key: &SymmetricKey) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    // SQLCipher would log a wrong key to stderr; the key must precede every statement that reads.
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

fn integrity_errors(connection: &Connection) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for pragma in ["PRAGMA cipher_integrity_check", "PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
        let mut statement = connection.prepare(pragma)?;
        let found = statement.query_map([], |row| {
            Ok(row.get::<_, String>(0).unwrap_or_else(|_| "a row without its parent row".to_owned()))
        })?;
        for line in found {
            wrong.extend(Some(line?).filter(|line| line != "ok"));
        }
    }
    Ok(wrong)
}

fn migrate<P: DatabaseKind>(connection: &mut Connection, lock: &Path) -> Result<()> {
    let runner = P::migrations();
    let newest = runner.get_migrations().iter().map(refinery::Migration::version).max().unwrap_or(0);
    if schema_version(connection)? == Some(i64::from(newest)) {
        return Ok(());
    }
    let _lock = files::lock_exclusive(lock)?;
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

/// Returns the newest applied migration; `None` for a new file.
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
