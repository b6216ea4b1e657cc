//! Files and folders that a restore makes on its way, taken back unless it comes to its end.

use std::path::Path;
use std::path::PathBuf;

use crate::error::Result;
use crate::storage::files;

/// What was made; dropped, it goes again, newest first.
#[derive(Debug, Default)]
pub(super) struct Made(Vec<PathBuf>);

impl Made {
    /// Makes a folder and the missing ones above it.
    pub(super) fn folders(&mut self, path: &Path) -> Result<()> {
        let missing: Vec<PathBuf> = path
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .map(Path::to_owned)
            .collect();
        self.0.extend(missing.into_iter().rev());
        files::make_folder(path)
    }

    /// Makes a file.
    pub(super) fn file(&mut self, path: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        self.0.push(path.to_owned());
        write(path)
    }

    /// Lets everything stay.
    pub(super) fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for path in self.0.iter().rev() {
            // Only a folder that is empty again goes.
            let removed = if path.is_dir() { std::fs::remove_dir(path) } else { std::fs::remove_file(path) };
            if let Err(error) = removed
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!("something that the restore made stays behind: {error}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_goes_and_what_was_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (deep, file) = (folder.path().join("a/b"), folder.path().join("a/b/secret.key"));

        let mut made = Made::default();
        made.folders(&deep).unwrap();
        made.file(&file, |path| files::replace(path, b"1")).unwrap();
        drop(made);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

        let mut made = Made::default();
        made.folders(&deep).unwrap();
        made.file(&file, |path| files::replace(path, b"1")).unwrap();
        made.keep();
        assert!(file.exists());
    }
}
