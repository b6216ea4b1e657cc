//! Recursive folder scan for ingestible files, in a stable order and safe against symlink loops.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::services::ingest::uploads;

/// File extensions of text files.
pub const TEXT_EXTENSIONS: [&str; 2] = ["md", "txt"];

/// Result of a folder scan.
#[derive(Debug)]
pub struct FolderScan {
    /// Text, photo and audio files, ordered by name.
    pub files: Vec<PathBuf>,
    /// Paths that could not be read, with the error.
    pub errors: Vec<(PathBuf, Error)>,
    /// Number of files with other extensions.
    pub skipped: usize,
}

/// Lists the ingestible files below a folder by extension; skips hidden files and folders, follows each symlink once.
#[must_use]
pub fn scan(folder: &Path) -> FolderScan {
    let mut found = FolderScan { files: Vec::new(), errors: Vec::new(), skipped: 0 };
    let visible = |item: &walkdir::DirEntry| item.depth() == 0 || !item.file_name().to_string_lossy().starts_with('.');
    let items = walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter().filter_entry(visible);
    for item in items {
        match item {
            Ok(item) if item.file_type().is_dir() => {}
            Ok(item) if is_text(item.path()) || uploads::media_type_of(item.path()).is_some() => {
                found.files.push(item.into_path());
            }
            Ok(_) => found.skipped += 1,
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                let why = match error.loop_ancestor() {
                    Some(ancestor) => {
                        Error::invalid(format!("the link loops back to {}", ancestor.display())).hint("remove the link")
                    }
                    None => Error::invalid("the path cannot be read").hint("check its permissions").caused_by(error),
                };
                found.errors.push((path, why));
            }
        }
    }
    found
}

/// Rejects an explicitly named file that is not a text file.
///
/// # Errors
/// `Invalid`.
pub fn ensure_text_extension(path: &Path) -> Result<()> {
    if is_text(path) {
        return Ok(());
    }
    Err(Error::invalid("the file is not a .md or .txt file, a photo or a recording")
        .hint("rename it, or pipe it in: `journal ingest - < FILE`"))
}

fn is_text(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| TEXT_EXTENSIONS.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scan_finds_text_and_media_and_survives_a_symlink_loop() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::fs::create_dir(path.join("sub")).unwrap();
        for name in ["b.md", "a.TXT", "c.pdf", "p.JPG", ".hidden.md", "sub/d.txt"] {
            std::fs::write(path.join(name), "x").unwrap();
        }
        std::os::unix::fs::symlink(path, path.join("sub/loop")).unwrap();

        let found = scan(path);

        let names: Vec<_> = found.files.iter().map(|file| file.strip_prefix(path).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["a.TXT", "b.md", "p.JPG", "sub/d.txt"]);
        assert_eq!((found.errors.len(), found.skipped), (1, 1));
        assert!(found.errors[0].1.to_string().contains("loops back"));
    }
}
