//! Content of reloadable files.

use std::path::Path;

use crate::error::Result;

/// Content of a file or folder that can be reloaded while the server runs.
pub(crate) trait ReloadableContent: Sized {
    /// Reads and checks the file.
    ///
    /// # Errors
    /// `Conflict` with the file's path, and the line number where known.
    fn load(path: &Path) -> Result<Self>;

    /// Returns the hex SHA-256 of the content.
    fn hash(&self) -> &str;

    /// Returns the default for when no file is configured, if there is one.
    fn built_in() -> Option<Self> {
        None
    }
}
