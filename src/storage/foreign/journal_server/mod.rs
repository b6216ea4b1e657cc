//! The database of the Python journal-server, at any of its versions.

mod content;
mod people;
mod tables;

pub(crate) use content::Kind;

use std::path::Path;

use rusqlite::named_params;
use sha2::Digest;
use sha2::Sha256;

use crate::error::Error;
use crate::error::Result;
use crate::storage::foreign::Foreign;
use crate::storage::foreign::journal_server::tables::NEWEST;
use crate::storage::foreign::journal_server::tables::TABLES;

/// Its database, with a picture of it that stands still.
///
/// Behind the name of each of its tables stands a view with the columns of the newest version: what an older one lacks
/// has in it the value that an upgrade would have given. So every statement is the same for every version.
pub(crate) struct Source {
    foreign: Foreign,
    version: i64,
}

impl Source {
    /// Opens it.
    ///
    /// # Errors
    /// As [`Foreign::open`]; `Conflict` for another program's database and one of a version that is not known.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let foreign = Foreign::open(path)?;
        let shown = path.display();
        let version = foreign.number("PRAGMA user_version", [])?;
        let known = foreign.number(
            "SELECT COUNT(*) FROM main.sqlite_schema WHERE type = 'table' AND name IN ('entries', 'source_files')",
            [],
        )?;
        if known < 2 || version < 1 {
            return Err(Error::conflict(format!("{shown} is the database of another program"))
                .hint("name the file that DB_PATH of the Python server names, usually journal.db"));
        }
        if version > NEWEST {
            return Err(Error::conflict(format!(
                "{shown} is of version {version}, and versions up to {NEWEST} are known"
            ))
            .hint("use a newer journal; nothing was imported"));
        }
        let source = Self { foreign, version };
        source.put_views_before_tables()?;
        // Reading begins here: what another process writes from now on is not seen.
        let begun = source.foreign.connection.execute_batch("BEGIN");
        begun.map_err(|error| source.foreign.failure(error))?;
        Ok(source)
    }

    /// Returns the version of its schema.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// Returns what tells this database from others, however it is named and whatever was added to it since.
    pub(crate) fn fingerprint(&self) -> Result<String> {
        let mut first = Vec::new();
        self.foreign.each("SELECT id, created_at FROM users ORDER BY id LIMIT 1", [], |row| {
            first.push((row.name("id"), row.text("created_at")));
            Ok(())
        })?;
        if self.version < tables::USERS_SINCE {
            self.foreign.each("SELECT id, created_at FROM entries ORDER BY id LIMIT 1", [], |row| {
                first.push((row.name("id"), row.text("created_at")));
                Ok(())
            })?;
        }
        let text = serde_json::json!(["journal-server", first]).to_string();
        Ok(data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes())))
    }

    /// SQLite writes the views itself, from the names in its schema.
    fn put_views_before_tables(&self) -> Result<()> {
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
                .map_err(|error| self.foreign.failure(error))?;
            let made = self.foreign.connection.execute_batch(&view);
            made.map_err(|error| self.foreign.failure(error))?;
        }
        Ok(())
    }
}
