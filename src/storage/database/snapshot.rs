//! Snapshots of a database to a file of its own, and read-only access to such files.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, named_params};

use crate::crypto::key::SymmetricKey;
use crate::error::{Error, ErrorKind, Result};
use crate::storage::database::{DatabaseKind, DatabaseTx, EncryptedDatabase, schema_version};
use crate::storage::files;

/// SQLite page size in bytes.
pub(crate) const PAGE_BYTES: u64 = super::PAGE_BYTES;
/// Pages copied between two progress reports: 4 MiB.
const PAGES_PER_STEP: i32 = 1024;

/// Schema version and row counts of a database file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatabaseSummary {
    /// Newest applied migration.
    pub(crate) schema: u32,
    /// Rows per table.
    pub(crate) rows: BTreeMap<String, i64>,
}

impl<P: DatabaseKind> EncryptedDatabase<P> {
    /// Writes a consistent snapshot to a new file under a key, page by page; no plaintext reaches the disk.
    ///
    /// Writers are not blocked: the snapshot shows the moment it began.
    ///
    /// `progress` gets pages done and pages in total. The file is private and not yet synced.
    pub(crate) fn snapshot(&self, to: &Path, key: &SymmetricKey, progress: &dyn Fn(u64, u64)) -> Result<()> {
        drop(files::create_new(to)?);
        let mut copy = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        copy.pragma_update(None, "cipher_log_level", "NONE")?;
        copy.pragma_update(None, "key", key.sqlcipher_literal().as_str())?;
        // A partial file is discarded, so it needs no journal.
        copy.pragma_update(None, "journal_mode", "OFF")?;
        copy.pragma_update(None, "synchronous", "OFF")?;
        self.read(|db| {
            // A deferred transaction begins with its first read and pins the snapshot between the steps.
            schema_version(db.connection)?;
            let backup = Backup::new(db.connection, &mut copy)?;
            loop {
                let step = backup.step(PAGES_PER_STEP)?;
                let all = backup.progress();
                let pages = |count: i32| u64::try_from(count).unwrap_or(0);
                progress(pages(all.pagecount - all.remaining), pages(all.pagecount));
                match step {
                    StepResult::Done => return Ok(()),
                    StepResult::More => {}
                    _ => return Err(Error::new(ErrorKind::Limited, "a database is locked").hint("run the command again")),
                }
            }
        })
    }
}

/// Counts the rows of a database file, read-only and without migrating it.
///
/// # Errors
/// `Conflict` for a wrong key or a damaged file.
pub(crate) fn summarize(path: &Path, key: &SymmetricKey) -> Result<DatabaseSummary> {
    let connection = open_read_only(path, key)?;
    let schema = schema_version(&connection)?.and_then(|version| u32::try_from(version).ok());
    let schema = schema.ok_or_else(|| Error::conflict("the database has no schema").hint("use an older backup"))?;
    // SQLite generates the statements from the table names in its schema. Counting a virtual table would read every
    // text, and its shadow tables are counted anyway.
    let mut names = connection.prepare(
        r#"SELECT name, 'SELECT COUNT(*) FROM "' || REPLACE(name, '"', '""') || '"'
           FROM sqlite_schema
           WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND sql NOT LIKE 'CREATE VIRTUAL %'
           ORDER BY name"#,
    )?;
    let counts = names.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut rows = BTreeMap::new();
    for count in counts {
        let (name, sql) = count?;
        rows.insert(name, connection.query_row(&sql, [], |row| row.get(0))?);
    }
    Ok(DatabaseSummary { schema, rows })
}

/// Runs a closure in a read transaction on a database file, without migrating it.
///
/// # Errors
/// `Conflict` for a wrong key or a damaged file; any error of the closure.
pub(crate) fn read_file<P: DatabaseKind, T>(
    path: &Path,
    key: &SymmetricKey,
    work: impl FnOnce(&DatabaseTx<'_, P>) -> Result<T>,
) -> Result<T> {
    let mut connection = open_read_only(path, key)?;
    let transaction = connection.transaction()?;
    let outcome = work(&DatabaseTx { connection: &transaction, memory: &P::Memory::default(), kind: PhantomData });
    transaction.finish()?;
    outcome
}

/// Changes a copy in one transaction and vacuums it into a new private file under the same key.
pub(crate) fn vacuum_into<P: DatabaseKind>(
    copy: &Path,
    key: &SymmetricKey,
    to: &Path,
    work: impl FnOnce(&DatabaseTx<'_, P>) -> Result<()>,
) -> Result<()> {
    drop(files::create_new(to)?);
    let mut connection = open_file(copy, key)?;
    let transaction = connection.transaction()?;
    work(&DatabaseTx { connection: &transaction, memory: &P::Memory::default(), kind: PhantomData })?;
    transaction.commit()?;
    connection.execute("VACUUM INTO :to", named_params! { ":to": to.to_string_lossy() })?;
    Ok(())
}

/// Verifies the page authentication and structure of a database file; returns the problems found.
pub(crate) fn integrity_errors(path: &Path, key: &SymmetricKey) -> Result<Vec<String>> {
    super::integrity_errors(&open_read_only(path, key)?)
}

fn open_read_only(path: &Path, key: &SymmetricKey) -> Result<Connection> {
    let connection = open_file(path, key)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn open_file(path: &Path, key: &SymmetricKey) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    connection.pragma_update(None, "key", key.sqlcipher_literal().as_str())?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}
