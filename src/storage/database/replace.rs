//! Another file in a database's place, under another key, in one step.

use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::sync::PoisonError;

use crate::crypto::key::Key;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::storage::database::Database;
use crate::storage::database::Db;
use crate::storage::database::Purpose;
use crate::storage::database::snapshot;
use crate::storage::failure;
use crate::storage::files;

impl<P: Purpose> Database<P> {
    /// Gives the database another key, and changes what the closure changes, in one durable step: a copy takes its place.
    ///
    /// Nobody else may have it open. Whenever this ends, and however, the file is as it was with the old key or as it
    /// shall be with the new one, and there is no log beside it. `lock` is as for [`Database::open`].
    ///
    /// # Errors
    /// `Limited` when somebody has it open; `Conflict` when the copy is not sound, or for what the disk says. The
    /// database is as it was then.
    pub(crate) fn replace(
        self,
        key: &Key,
        lock: &Path,
        change: impl FnOnce(&Db<'_, P>) -> Result<()>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<()> {
        let path = self.path.clone();
        let copy = copy_of(&path);
        clear_copy(&path)?;
        let copied = self.copy(&copy, key, lock, change, progress).and_then(|()| self.close());
        // A log that stayed beside the name would be replayed into the file that takes the name over.
        let placed = copied
            .and_then(|()| files::sync_parent(&path))
            .and_then(|()| std::fs::rename(&copy, &path).map_err(|error| failure::io("replacing", &path, error)));
        if let Err(error) = placed {
            // What cannot be removed now is removed before the next attempt.
            drop(clear_copy(&path));
            return Err(error);
        }
        files::sync_parent(&path)
    }

    fn copy(
        &self,
        to: &Path,
        key: &Key,
        lock: &Path,
        change: impl FnOnce(&Db<'_, P>) -> Result<()>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<()> {
        self.snapshot(to, key, progress)?;
        let copy = Self::open(to, key, lock)?;
        copy.write(change)?;
        copy.close()?;
        File::open(to).and_then(|file| file.sync_all()).map_err(|error| failure::io("syncing", to, error))?;
        // The original goes: the copy is read through before it does.
        match snapshot::flaws(to, key)?.first() {
            None => Ok(()),
            Some(_) => {
                Err(Error::conflict(format!("the copy of {} is not sound, so it was not used", self.path.display()))
                    .hint("look at the disk's health; `journal doctor` checks every file"))
            }
        }
    }

    /// Closes the database so that it is one file, without a log beside it.
    ///
    /// # Errors
    /// `Limited` when somebody else has it open.
    fn close(self) -> Result<()> {
        let Self { path, writer, readers, .. } = self;
        drop(readers);
        let writer = writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mode: String = writer.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
        if mode != "delete" {
            return Err(Error::new(Kind::Limited, "another process has a database open")
                .hint("stop whatever uses the data directory, then run the command again"));
        }
        writer.close().map_err(|(_, error)| Error::from(error))?;
        // SQLite has put everything into the file, and does not say when the log could not be removed.
        remove(&path, &LOGS)
    }
}

/// What SQLite keeps beside a database, by the endings of the names.
const LOGS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Removes what an attempt to replace a database left beside it.
pub(crate) fn clear_copy(path: &Path) -> Result<()> {
    let copy = copy_of(path);
    remove(&copy, &LOGS)?;
    remove(&copy, &[""])
}

fn remove(path: &Path, endings: &[&str]) -> Result<()> {
    for ending in endings {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        files::remove(Path::new(&name))?;
    }
    Ok(())
}

fn copy_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".rekeyed");
    name.into()
}
