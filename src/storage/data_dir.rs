//! File layout of the data directory.

use std::path::{Path, PathBuf};

use crate::domain::id::NotebookId;
use crate::error::{Error, ErrorKind, Result};
use crate::storage::files;

/// Returns the free bytes on the disk of the data directory.
///
/// # Errors
/// `NotFound` if the data directory does not exist.
pub(crate) fn free_bytes(path: &Path) -> Result<u64> {
    files::free_bytes(path).map_err(|error| {
        Error::new(ErrorKind::NotFound, "the data directory does not exist")
            .hint("`journal init` creates one")
            .caused_by(error)
    })
}

/// Returns the bytes of a database and its WAL; 0 if absent.
pub(crate) fn database_bytes(path: &Path) -> u64 {
    let log = path.with_extension("db-wal");
    [path, &log].iter().filter_map(|path| Some(std::fs::metadata(path).ok()?.len())).sum()
}

/// Paths below `<data>`.
#[derive(Debug, Clone)]
pub(crate) struct DataDir(PathBuf);

impl DataDir {
    pub(crate) fn new(root: &Path) -> Self {
        Self(root.to_owned())
    }

    pub(crate) fn root(&self) -> &Path {
        &self.0
    }

    pub(crate) fn keyring(&self) -> PathBuf {
        self.0.join("keyring.json")
    }

    pub(crate) fn accounts(&self) -> PathBuf {
        self.0.join("accounts.db")
    }

    pub(crate) fn notebooks(&self) -> PathBuf {
        self.0.join("notebooks")
    }

    pub(crate) fn notebook(&self, id: NotebookId) -> PathBuf {
        self.notebooks().join(id.to_string())
    }

    pub(crate) fn notebook_database(&self, id: NotebookId) -> PathBuf {
        self.notebook(id).join("notebook.db")
    }

    pub(crate) fn media(&self, id: NotebookId) -> PathBuf {
        self.notebook(id).join("media")
    }

    /// Work files, sealed or empty.
    pub(crate) fn tmp(&self) -> PathBuf {
        self.0.join("tmp")
    }

    /// Lock held while a database is created or migrated.
    pub(crate) fn migration_lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// Lock shared by every process that uses the data directory, exclusive for one that replaces its files.
    pub(crate) fn in_use_lock(&self) -> PathBuf {
        self.0.join("in-use.lock")
    }

    /// Creates the folders.
    pub(crate) fn create(&self) -> Result<()> {
        for folder in [self.0.clone(), self.notebooks(), self.tmp()] {
            files::create_private_dir(&folder)?;
        }
        Ok(())
    }

    /// Returns true if the folder contains anything except the temporary keyring of an interrupted `init`.
    pub(crate) fn has_data(&self) -> bool {
        std::fs::read_dir(&self.0)
            .is_ok_and(|mut items| items.any(|item| item.is_ok_and(|item| item.file_name() != ".keyring.json.new")))
    }

    /// Rejects a folder that contains anything but a journal.
    pub(crate) fn check_empty(&self) -> Result<()> {
        if self.keyring().exists() || !self.has_data() {
            return Ok(());
        }
        Err(Error::conflict(format!("{} is not empty and contains no journal", self.0.display()))
            .hint("name an empty or a new folder with --data-dir"))
    }

    /// Returns true once a notebook was created; the first one is created before the first user.
    pub(crate) fn has_notebooks(&self) -> bool {
        std::fs::read_dir(self.notebooks()).is_ok_and(|mut items| items.next().is_some())
    }

    /// Lists all paths below with an is-folder flag, folders first; symbolic links are not followed.
    pub(crate) fn walk(&self) -> impl Iterator<Item = Result<(PathBuf, bool)>> {
        walkdir::WalkDir::new(&self.0).follow_links(false).into_iter().map(|item| match item {
            Ok(item) => {
                let folder = item.file_type().is_dir();
                Ok((item.into_path(), folder))
            }
            Err(error) => Err(Error::conflict("a part of the data directory cannot be read")
                .hint("check the owner of its files")
                .caused_by(error)),
        })
    }

    /// Rejects a data directory with any path accessible to group or others.
    pub(crate) fn check_modes(&self) -> Result<()> {
        for item in self.walk() {
            let (path, folder) = item?;
            match files::check_private(&path, folder) {
                // Another process may remove WAL and work files during the walk.
                Err(error) if !folder && error.kind() == ErrorKind::NotFound => {}
                other => other?,
            }
        }
        Ok(())
    }
}
