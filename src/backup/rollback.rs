//! Rollback of files and folders that a failed restore created.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::storage::files;

/// Guard that removes the created paths on drop, newest first, unless committed.
#[derive(Debug, Default)]
pub(super) struct CreatedPaths(Vec<PathBuf>);

impl CreatedPaths {
    /// Creates a folder and its missing parents.
    pub(super) fn create_folders(&mut self, path: &Path) -> Result<()> {
        let missing: Vec<PathBuf> = path
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .map(Path::to_owned)
            .collect();
        self.0.extend(missing.into_iter().rev());
        files::create_private_dir(path)
    }

    /// Creates a file with `write`.
    pub(super) fn create_file(&mut self, path: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        self.0.push(path.to_owned());
        write(path)
    }

    /// Keeps all created paths.
    pub(super) fn commit(mut self) {
        self.0.clear();
    }
}

impl Drop for CreatedPaths {
    fn drop(&mut self) {
        for path in self.0.iter().rev() {
            // `remove_dir` removes only empty folders.
            let removed = if path.is_dir() { std::fs::remove_dir(path) } else { std::fs::remove_file(path) };
            if let Err(error) = removed
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!("a path created by the restore could not be removed: {error}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drop_removes_created_paths_and_commit_keeps_them() {
        let folder = tempfile::tempdir().unwrap();
        let (deep, file) = (folder.path().join("a/b"), folder.path().join("a/b/secret.key"));

        let mut created = CreatedPaths::default();
        created.create_folders(&deep).unwrap();
        created.create_file(&file, |path| files::write_atomic(path, b"1")).unwrap();
        drop(created);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

        let mut created = CreatedPaths::default();
        created.create_folders(&deep).unwrap();
        created.create_file(&file, |path| files::write_atomic(path, b"1")).unwrap();
        created.commit();
        assert!(file.exists());
    }
}
