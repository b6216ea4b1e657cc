//! Opens an external database without changing any byte of it.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Error, Result};
use crate::storage::external_db::error::sqlite_error;
use crate::storage::external_db::lock_probe::{check_not_in_use, side_file};
use crate::storage::io_error;

/// Header of every unencrypted SQLite database (sqlite.org/fileformat.html §1.3.1).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Opens a database read-only.
///
/// Commits that are only in the WAL are read and remain there. Without a WAL the file is opened as immutable, so that
/// SQLite creates no files next to it.
pub(super) fn open_read_only(path: &Path) -> Result<Connection> {
    // SQLite derives the names of the WAL and journal from the target of a symbolic link.
    let real = std::fs::canonicalize(path).map_err(|error| io_error::for_path("opening", path, error))?;
    check_magic(path)?;
    check_not_in_use(&real)?;
    if is_nonempty(&side_file(&real, "-journal")) {
        return Err(Error::conflict(format!("{} has an unfinished write", path.display()))
            .hint("start and stop the Python server once to repair the file"));
    }
    let immutable = !is_nonempty(&side_file(&real, "-wal"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(sqlite_uri(&real, immutable), flags)
        .and_then(|connection| configure(&connection).map(|()| connection));
    connection.map_err(|error| sqlite_error(path, error))
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")
}

fn is_nonempty(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|facts| facts.len() > 0)
}

fn check_magic(path: &Path) -> Result<()> {
    let mut start = Vec::with_capacity(MAGIC.len());
    File::open(path)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start))
        .map_err(|error| io_error::for_path("reading", path, error))?;
    if start == MAGIC {
        return Ok(());
    }
    Err(Error::conflict(format!("{} is not a SQLite database, or is encrypted", path.display()))
        .hint("give the file from DB_PATH of the Python server, usually journal.db"))
}

/// Converts a path to a percent-encoded SQLite URI (sqlite.org/uri.html).
fn sqlite_uri(path: &Path, immutable: bool) -> String {
    let mut text = String::from("file://");
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02x}");
        }
    }
    if immutable {
        text.push_str("?immutable=1");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_uri_escapes_special_characters() {
        assert_eq!(sqlite_uri(Path::new("/a b/ü?#%\n.db"), false), "file:///a%20b/%c3%bc%3f%23%25%0a.db");
        assert_eq!(sqlite_uri(Path::new("/j.db"), true), "file:///j.db?immutable=1");
    }
}
