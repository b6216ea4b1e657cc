//! The data directory: which file is where.

use std::path::Path;
use std::path::PathBuf;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::id::NotebookId;
use crate::storage::files;

/// Returns the bytes that are free where the data directory lies.
///
/// # Errors
/// `NotFound` without a data directory.
pub(crate) fn free_bytes(path: &Path) -> Result<u64> {
    files::free_bytes(path).map_err(|error| {
        Error::new(Kind::NotFound, "the data directory is not there").hint("`journal init` makes one").caused_by(error)
    })
}

/// Returns the bytes of a database with its log; 0 where there is none.
pub(crate) fn database_bytes(path: &Path) -> u64 {
    let log = path.with_extension("db-wal");
    [path, &log].iter().filter_map(|path| Some(std::fs::metadata(path).ok()?.len())).sum()
}

/// The paths below `<data>`.
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

    /// Held while a database is made or migrated.
    pub(crate) fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// Shared by every process that uses the data directory, held alone by one that replaces what is in it.
    pub(crate) fn in_use(&self) -> PathBuf {
        self.0.join("in-use.lock")
    }

    /// Makes the folders.
    pub(crate) fn make(&self) -> Result<()> {
        for folder in [self.0.clone(), self.notebooks(), self.tmp()] {
            files::make_folder(&folder)?;
        }
        Ok(())
    }

    /// Tells whether there is anything in the folder but what a run of `init` that died leaves before its keyring.
    pub(crate) fn holds_data(&self) -> bool {
        std::fs::read_dir(&self.0)
            .is_ok_and(|mut items| items.any(|item| item.is_ok_and(|item| item.file_name() != ".keyring.json.new")))
    }

    /// Refuses a folder that holds something else than a journal, before anything is written.
    pub(crate) fn check_free(&self) -> Result<()> {
        if self.keyring().exists() || !self.holds_data() {
            return Ok(());
        }
        Err(Error::conflict(format!("{} is not empty and holds no journal", self.0.display()))
            .hint("name an empty or a new folder with --data-dir"))
    }

    /// Tells whether a notebook was ever made here; the first comes before the first user.
    pub(crate) fn has_notebooks(&self) -> bool {
        std::fs::read_dir(self.notebooks()).is_ok_and(|mut items| items.next().is_some())
    }

    /// Lists everything below, folders first, for checking modes. Never follows links.
    pub(crate) fn walk(&self) -> impl Iterator<Item = Result<(PathBuf, bool)>> {
        walkdir::WalkDir::new(&self.0).follow_links(false).into_iter().map(|item| match item {
            Ok(item) => {
                let folder = item.file_type().is_dir();
                Ok((item.into_path(), folder))
            }
            Err(error) => Err(Error::conflict("the data directory cannot be read through")
                .hint("check who owns it")
                .caused_by(error)),
        })
    }

    /// Refuses a data directory of which any part is open to others.
    pub(crate) fn check_modes(&self) -> Result<()> {
        for item in self.walk() {
            let (path, folder) = item?;
            match files::check(&path, folder) {
                // WAL files and work files come and go while another process runs.
                Err(error) if !folder && error.kind() == Kind::NotFound => {}
                other => other?,
            }
        }
        Ok(())
    }
}
