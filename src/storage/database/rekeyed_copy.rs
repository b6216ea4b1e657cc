//! Atomic replacement of a database file by a re-keyed copy.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::crypto::key::SymmetricKey;
use crate::error::{Error, ErrorKind, Result};
use crate::storage::database::{DatabaseKind, DatabaseTx, EncryptedDatabase, snapshot};
use crate::storage::{files, io_error};

impl<P: DatabaseKind> EncryptedDatabase<P> {
    /// Changes the database key, and applies a closure, by copying the file and an atomic rename.
    ///
    /// The caller is the only user. On success and on failure the file is entirely the old or the new one, without a
    /// WAL. `lock` is as for [`EncryptedDatabase::open`]; `progress` gets pages done and pages in total.
    ///
    /// # Errors
    /// `Limited` while another process has the file open; `Conflict` for a copy that fails its integrity check, or an
    /// I/O error. The database is unchanged then.
    pub(crate) fn replace_with_rekeyed_copy(
        self,
        key: &SymmetricKey,
        lock: &Path,
        change: impl FnOnce(&DatabaseTx<'_, P>) -> Result<()>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<()> {
        let path = self.path.clone();
        let copy = copy_path(&path);
        remove_stale_copy(&path)?;
        let copied =
            self.write_rekeyed_copy(&copy, key, lock, change, progress).and_then(|()| self.close_to_single_file());
        // SQLite would replay an old WAL into the new file of that name.
        let placed = copied.and_then(|()| files::sync_parent(&path)).and_then(|()| {
            std::fs::rename(&copy, &path).map_err(|error| io_error::for_path("replacing", &path, error))
        });
        if let Err(error) = placed {
            // A copy that cannot be removed now is removed by the next attempt.
            drop(remove_stale_copy(&path));
            return Err(error);
        }
        files::sync_parent(&path)
    }

    fn write_rekeyed_copy(
        &self,
        to: &Path,
        key: &SymmetricKey,
        lock: &Path,
        change: impl FnOnce(&DatabaseTx<'_, P>) -> Result<()>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<()> {
        self.snapshot(to, key, progress)?;
        let copy = Self::open(to, key, lock)?;
        copy.write(change)?;
        copy.close_to_single_file()?;
        File::open(to).and_then(|file| file.sync_all()).map_err(|error| io_error::for_path("syncing", to, error))?;
        // The rename destroys the original, so the copy is verified in full first.
        if snapshot::integrity_errors(to, key)?.is_empty() {
            return Ok(());
        }
        let shown = self.path.display();
        Err(Error::conflict(format!("the copy of {shown} failed its integrity check and was not used"))
            .hint("check the disk's health; `journal doctor` checks every file"))
    }

    /// Closes the database into a single file, without a WAL.
    ///
    /// # Errors
    /// `Limited` while another process has it open.
    fn close_to_single_file(self) -> Result<()> {
        let Self { path, writer, readers, .. } = self;
        drop(readers);
        let writer = writer.into_inner();
        let mode: String = writer.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
        if mode != "delete" {
            return Err(Error::new(ErrorKind::Limited, "another process has a database open")
                .hint("stop the processes that use the data directory, then run the command again"));
        }
        writer.close().map_err(|(_, error)| Error::from(error))?;
        // SQLite does not report a WAL that it could not remove.
        remove_suffixed(&path, &SIDE_FILES)
    }
}

/// Suffixes of the files SQLite keeps next to a database.
const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Removes the copy of an interrupted replacement.
pub(crate) fn remove_stale_copy(path: &Path) -> Result<()> {
    let copy = copy_path(path);
    remove_suffixed(&copy, &SIDE_FILES)?;
    remove_suffixed(&copy, &[""])
}

fn remove_suffixed(path: &Path, endings: &[&str]) -> Result<()> {
    for ending in endings {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        files::remove_if_exists(Path::new(&name))?;
    }
    Ok(())
}

fn copy_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".rekeyed");
    name.into()
}
