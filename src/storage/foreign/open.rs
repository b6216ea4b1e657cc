//! Opens a foreign database so that not a byte of it changes.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;

use crate::error::Error;
use crate::error::Result;
use crate::storage::failure;
use crate::storage::foreign;
use crate::storage::foreign::in_use;

/// The first bytes of every SQLite database that is not encrypted (sqlite.org/fileformat.html §1.3.1).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Opens a database to read it.
///
/// What still stands in its write-ahead log is read too, and stays there. Without one SQLite is told that the file cannot
/// change, so that it puts nothing beside it.
pub(super) fn read_only(path: &Path) -> Result<Connection> {
    // SQLite names the files beside a database after what a link points to.
    let real = std::fs::canonicalize(path).map_err(|error| failure::io("opening", path, error))?;
    check_magic(path)?;
    in_use::check(&real)?;
    if holds_something(&beside(&real, "-journal")) {
        return Err(Error::conflict(format!("{} was left in the middle of a write", path.display()))
            .hint("start the Python server once and stop it again: that mends the file"));
    }
    let immutable = !holds_something(&beside(&real, "-wal"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(address(&real, immutable), flags)
        .and_then(|connection| prepared(&connection).map(|()| connection));
    connection.map_err(|error| foreign::failure(path, error))
}

fn prepared(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")
}

/// Returns the path of what SQLite keeps beside a database.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

fn holds_something(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|facts| facts.len() > 0)
}

fn check_magic(path: &Path) -> Result<()> {
    let mut start = Vec::with_capacity(MAGIC.len());
    File::open(path)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start))
        .map_err(|error| failure::io("reading", path, error))?;
    if start == MAGIC {
        return Ok(());
    }
    Err(Error::conflict(format!("{} is no SQLite database, or an encrypted one", path.display()))
        .hint("name the file that DB_PATH of the Python server names, usually journal.db"))
}

/// Writes a path as an address that SQLite reads (sqlite.org/uri.html), whatever characters it has.
fn address(path: &Path, immutable: bool) -> String {
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
    fn every_name_reads_back_as_itself() {
        assert_eq!(address(Path::new("/a b/ü?#%\n.db"), false), "file:///a%20b/%c3%bc%3f%23%25%0a.db");
        assert_eq!(address(Path::new("/j.db"), true), "file:///j.db?immutable=1");
    }
}
