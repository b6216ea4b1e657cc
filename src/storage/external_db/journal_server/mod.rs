//! Reader of Python journal-server databases of every schema version.

pub(crate) mod queries;
mod tables;
mod users;

use std::path::Path;

use rusqlite::named_params;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::storage::external_db::ExternalDb;
use crate::storage::external_db::journal_server::tables::{NEWEST_VERSION, TABLES};

/// A Python journal-server database, read in one snapshot.
///
/// Each table is shadowed by a temporary view with the columns of the newest version; columns an older version lacks
/// have the value that an upgrade would give them. So one set of statements works for every version.
pub(crate) struct JournalServerDb {
    foreign: ExternalDb,
    version: i64,
}

impl JournalServerDb {
    /// Opens a database.
    ///
    /// # Errors
    /// As [`ExternalDb::open`]; `Conflict` for a database of another program or of an unknown version.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let foreign = ExternalDb::open(path)?;
        let shown = path.display();
        let version = foreign.query_number("PRAGMA user_version", [])?;
        let known = foreign.query_number(
            "SELECT COUNT(*) FROM main.sqlite_schema WHERE type = 'table' AND name IN ('entries', 'source_files')",
            [],
        )?;
        if known < 2 || version < 1 {
            return Err(Error::conflict(format!("{shown} is the database of another program"))
                .hint("give the file from DB_PATH of the Python server, usually journal.db"));
        }
        if version > NEWEST_VERSION {
            return Err(Error::conflict(format!(
                "{shown} has schema version {version}, but only versions up to {NEWEST_VERSION} are supported"
            ))
            .hint("use a newer journal; nothing was imported"));
        }
        let source = Self { foreign, version };
        source.create_views()?;
        // The snapshot begins here.
        let begun = source.foreign.connection.execute_batch("BEGIN");
        begun.map_err(|error| source.foreign.sqlite_error(error))?;
        Ok(source)
    }

    /// Returns the schema version.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// Returns an identifier of the database that does not depend on its path or on later additions.
    pub(crate) fn fingerprint(&self) -> Result<String> {
        let mut first = Vec::new();
        self.foreign.for_each_row("SELECT id, created_at FROM users ORDER BY id LIMIT 1", [], |row| {
            first.push((row.label("id"), row.text("created_at")));
            Ok(())
        })?;
        if self.version < tables::FIRST_VERSION_WITH_USERS {
            self.foreign.for_each_row("SELECT id, created_at FROM entries ORDER BY id LIMIT 1", [], |row| {
                first.push((row.label("id"), row.text("created_at")));
                Ok(())
            })?;
        }
        let text = serde_json::json!(["journal-server", first]).to_string();
        Ok(data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes())))
    }

    /// Creates the views; SQLite generates the statements from the column names in its schema.
    fn create_views(&self) -> Result<()> {
        for table in TABLES {
            let columns: serde_json::Map<_, _> =
                table.columns.iter().map(|(name, absent)| ((*name).to_owned(), (*absent).into())).collect();
            let view: String = self
                .foreign
                .connection
                .query_row(
                    r#"SELECT 'CREATE TEMP VIEW "' || :table || '" AS SELECT '
                           || GROUP_CONCAT(COALESCE('"' || there.name || '"', wanted.value) || ' AS "' || wanted.key || '"', ', ')
                           || CASE WHEN EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = :table)
                                   THEN ' FROM main."' || :table || '"'
                                   ELSE :absent END
                       FROM json_each(:columns) wanted
                       LEFT JOIN pragma_table_info(:table, 'main') there ON there.name = wanted.key"#,
                    named_params! {
                        ":table": table.name, ":columns": serde_json::Value::from(columns).to_string(),
                        ":absent": table.absent,
                    },
                    |row| row.get(0),
                )
                .map_err(|error| self.foreign.sqlite_error(error))?;
            let made = self.foreign.connection.execute_batch(&view);
            made.map_err(|error| self.foreign.sqlite_error(error))?;
        }
        Ok(())
    }
}
