//! Finds the files below a path that can become entries, in a stable order, without going round in circles.

use std::path::Path;
use std::path::PathBuf;

use crate::error::Error;
use crate::error::Result;
use crate::ingest::uploads;

/// Endings of texts.
pub const ENDINGS: [&str; 2] = ["md", "txt"];

/// What a walk came upon.
#[derive(Debug)]
pub struct Walk {
    /// Texts, photographs and recordings, by name.
    pub files: Vec<PathBuf>,
    /// What could not be looked at, and why.
    pub errors: Vec<(PathBuf, Error)>,
    /// Files with another ending, left alone.
    pub skipped: usize,
}

/// Lists the files below a folder whose ending says that they can become entries; hidden files and folders are left out, links are followed once.
#[must_use]
pub fn walk(folder: &Path) -> Walk {
    let mut found = Walk { files: Vec::new(), errors: Vec::new(), skipped: 0 };
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
                        Error::invalid(format!("the link leads back to {}", ancestor.display())).hint("remove the link")
                    }
                    None => Error::invalid("it cannot be read").hint("check its permissions").caused_by(error),
                };
                found.errors.push((path, why));
            }
        }
    }
    found
}

/// Refuses a file that was named but is no text file.
///
/// # Errors
/// `Invalid`.
pub fn check_ending(path: &Path) -> Result<()> {
    if is_text(path) {
        return Ok(());
    }
    Err(Error::invalid("the file is neither .md nor .txt, and no photograph or recording")
        .hint("rename it, or pipe it in: `journal ingest - < FILE`"))
}

fn is_text(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_finds_texts_and_media_by_name_and_survives_a_loop() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::fs::create_dir(path.join("sub")).unwrap();
        for name in ["b.md", "a.TXT", "c.pdf", "p.JPG", ".hidden.md", "sub/d.txt"] {
            std::fs::write(path.join(name), "x").unwrap();
        }
        std::os::unix::fs::symlink(path, path.join("sub/loop")).unwrap();

        let found = walk(path);

        let names: Vec<_> = found.files.iter().map(|file| file.strip_prefix(path).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["a.TXT", "b.md", "p.JPG", "sub/d.txt"]);
        assert_eq!((found.errors.len(), found.skipped), (1, 1));
        assert!(found.errors[0].1.to_string().contains("leads back"));
    }
}
