//! Private temporary folder, removed on drop.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use journal::entropy::{self, OsEntropy};
use journal::error::{Error, Result};

/// Folder of mode 0700 with a random name, removed on drop unless `keep` is set.
pub struct PrivateDir {
    pub path: PathBuf,
    pub keep: bool,
}

impl PrivateDir {
    /// Creates the folder in `parent`; `hint` is the next step if that fails.
    ///
    /// # Errors
    /// `Conflict` if the folder cannot be created.
    pub fn create(parent: &Path, prefix: &str, hint: &'static str) -> Result<Self> {
        let name = data_encoding::HEXLOWER.encode(&entropy::draw::<16>(&OsEntropy)?);
        let path = parent.join(format!("{prefix}{name}"));
        DirBuilder::new().mode(0o700).create(&path).map_err(|error| {
            Error::conflict(format!("{} cannot be used", parent.display())).hint(hint).caused_by(error)
        })?;
        Ok(Self { path, keep: false })
    }
}

impl Drop for PrivateDir {
    fn drop(&mut self) {
        if !self.keep
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            tracing::error!(%error, folder = %self.path.display(), "removing a temporary folder failed");
        }
    }
}
