//! A database as it stands at one instant, as a file of its own; and what such a file holds, without changing it.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::OpenFlags;
use rusqlite::backup::Backup;
use rusqlite::backup::StepResult;
use rusqlite::named_params;

use crate::crypto::key::Key;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::storage::database::Database;
use crate::storage::database::Db;
use crate::storage::database::Purpose;
use crate::storage::database::schema_version;
use crate::storage::files;

/// Bytes of a page.
pub(crate) const PAGE: u64 = super::PAGE;
/// Pages that are copied between two reports of progress: 4 MiB.
const PAGES_A_STEP: i32 = 1024;

/// What a database file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Census {
    /// Newest migration that was applied.
    pub(crate) schema: u32,
    /// Rows of each table.
    pub(crate) rows: BTreeMap<String, i64>,
}

impl<P: Purpose> Database<P> {
    /// Copies the database as it stands now to a new file with a key, page by page, each decrypted and encrypted anew; nothing
    /// of it is on disk in the clear. Writers go on meanwhile: the copy is of the instant at which it began.
    ///
    /// `progress` is told pages done and all pages. The file is private and not yet durable.
    pub(crate) fn snapshot(&self, to: &Path, key: &Key, progress: &dyn Fn(u64, u64)) -> Result<()> {
        drop(files::create_new(to)?);
        let mut copy = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        copy.pragma_update(None, "cipher_log_level", "NONE")?;
        copy.pragma_update(None, "key", key.sqlcipher_literal().as_str())?;
        // The file is worth nothing until it is whole, so nothing has to be undone in it.
        copy.pragma_update(None, "journal_mode", "OFF")?;
        copy.pragma_update(None, "synchronous", "OFF")?;
        self.read(|db| {
            // A transaction begins with its first read, and holds the picture still between the steps.
            schema_version(db.connection)?;
            let backup = Backup::new(db.connection, &mut copy)?;
            loop {
                let step = backup.step(PAGES_A_STEP)?;
                let all = backup.progress();
                let pages = |count: i32| u64::try_from(count).unwrap_or(0);
                progress(pages(all.pagecount - all.remaining), pages(all.pagecount));
                match step {
                    StepResult::Done => return Ok(()),
                    StepResult::More => {}
                    _ => return Err(Error::new(Kind::Limited, "a database is locked").hint("run the command again")),
                }
            }
        })
    }
}

/// Counts what a database file holds, read-only and as it is: nothing is migrated.
///
/// # Errors
/// `Conflict` for a wrong key or a damaged file.
pub(crate) fn census(path: &Path, key: &Key) -> Result<Census> {
    let connection = read_only(path, key)?;
    let schema = schema_version(&connection)?.and_then(|version| u32::try_from(version).ok());
    let schema = schema.ok_or_else(|| Error::conflict("the database holds nothing").hint("take an older backup"))?;
    // SQLite writes the statements itself, from the names in its schema. To count what a virtual table shows is to read every
    // text; its own tables are among the others.
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
    Ok(Census { schema, rows })
}

/// Reads a database file as it is, in one transaction: nothing is migrated and nothing written.
///
/// # Errors
/// `Conflict` for a wrong key or a damaged file, and what the closure returns.
pub(crate) fn look<P: Purpose, T>(path: &Path, key: &Key, work: impl FnOnce(&Db<'_, P>) -> Result<T>) -> Result<T> {
    let mut connection = read_only(path, key)?;
    let transaction = connection.transaction()?;
    let outcome = work(&Db { connection: &transaction, memory: &P::Memory::default(), purpose: PhantomData });
    transaction.finish()?;
    outcome
}

/// Changes a copy in one transaction and writes what is left of it to a new private file, packed, under the same key.
pub(crate) fn packed<P: Purpose>(
    copy: &Path,
    key: &Key,
    to: &Path,
    work: impl FnOnce(&Db<'_, P>) -> Result<()>,
) -> Result<()> {
    drop(files::create_new(to)?);
    let mut connection = open(copy, key)?;
    let transaction = connection.transaction()?;
    work(&Db { connection: &transaction, memory: &P::Memory::default(), purpose: PhantomData })?;
    transaction.commit()?;
    connection.execute("VACUUM INTO :to", named_params! { ":to": to.to_string_lossy() })?;
    Ok(())
}

/// Checks every page's authentication and the structure of a database file as it is; returns what is wrong.
pub(crate) fn flaws(path: &Path, key: &Key) -> Result<Vec<String>> {
    super::flaws(&read_only(path, key)?)
}

fn read_only(path: &Path, key: &Key) -> Result<Connection> {
    let connection = open(path, key)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn open(path: &Path, key: &Key) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    connection.pragma_update(None, "key", key.sqlcipher_literal().as_str())?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}
