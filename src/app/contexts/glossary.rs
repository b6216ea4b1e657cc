//! The folder of names and words that help with handwriting and recordings.

use std::path::Path;
use std::path::PathBuf;

use crate::app::contexts::Context;
use crate::app::contexts::written;
use crate::error::Error;
use crate::error::Result;

/// Bytes that all files together may have: they go along with every page and every recording.
const MAX_BYTES: u64 = 256 * 1024;

/// Tokens from which on Anthropic keeps a prompt at hand.
const CACHED_FROM: usize = 4096;

/// Names and words, put together from the files of a folder.
#[derive(Debug)]
pub struct Glossary {
    /// As it is given to providers; empty without files.
    pub text: String,
    /// Files that have a part in it.
    pub files: usize,
    hash: String,
}

impl Glossary {
    /// Says so in the log when it is shorter than what is kept at hand between two pages.
    pub(crate) fn warn_if_short(&self) {
        let tokens = bpe_openai::cl100k_base().count(&self.text);
        if self.files > 0 && tokens < CACHED_FROM {
            tracing::warn!(
                tokens,
                "the context for handwriting has less than {CACHED_FROM} tokens, so Anthropic will not keep it at hand"
            );
        }
    }
}

impl Context for Glossary {
    fn load(path: &Path) -> Result<Self> {
        let (mut text, mut files, mut left) = (String::new(), 0, MAX_BYTES);
        for file in markdown(path)? {
            let content = written::read(&file, MAX_BYTES)?;
            let words = content.trim();
            if words.is_empty() {
                continue;
            }
            left = left.checked_sub(content.len() as u64).ok_or_else(|| {
                Error::conflict(format!("the files in {} have more than {} KiB", path.display(), MAX_BYTES >> 10))
                    .hint("shorten them: they go along with every page")
            })?;
            if files > 0 {
                text.push_str("\n\n");
            }
            let stem = file.file_stem().map(|stem| stem.to_string_lossy().replace(['_', '-'], " ")).unwrap_or_default();
            text.push_str("# ");
            text.push_str(&stem);
            text.push_str("\n\n");
            text.push_str(words);
            files += 1;
        }
        Ok(Self { hash: written::hash(&text), text, files })
    }

    fn hash(&self) -> &str {
        &self.hash
    }
}

/// Lists the folder's `.md` files by name; folders below it are left alone.
///
/// A link counts when it leads to a file of the same folder: another one would send out what lies elsewhere.
fn markdown(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Error::conflict(format!("the folder {} cannot be read", folder.display()))
            .hint("make it, or take OCR_CONTEXT_DIR out of the settings")
            .caused_by(error)
    };
    let root = folder.canonicalize().map_err(unreadable)?;
    written::check_mode(folder, &std::fs::metadata(&root).map_err(unreadable)?)?;
    let mut files = Vec::new();
    for item in std::fs::read_dir(&root).map_err(unreadable)? {
        let name = item.map_err(unreadable)?.file_name();
        let path = folder.join(name);
        if path.extension().is_none_or(|ending| ending != "md") || path.is_dir() {
            continue;
        }
        if path.canonicalize().is_ok_and(|real| !real.starts_with(&root)) {
            return Err(Error::conflict(format!("{} leads out of its folder", path.display()))
                .hint("put the file itself there, not a link"));
        }
        files.push(path);
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        folder
    }

    #[test]
    fn files_are_put_together_by_name_each_under_a_heading() {
        let folder = folder(&[
            ("b_places-here.md", b"\n- **Lund**\n"),
            ("a-people.md", b"- **Ada** (not Adda)\n\n- **Bob**"),
            ("c.md", b" \n"),
            ("notes.txt", b"no"),
            ("no.MD", b"no"),
        ]);
        std::fs::create_dir(folder.path().join("more.md")).unwrap();
        std::fs::write(folder.path().join("more.md/d.md"), "no").unwrap();

        let read = Glossary::load(folder.path()).unwrap();

        assert_eq!(read.text, "# a people\n\n- **Ada** (not Adda)\n\n- **Bob**\n\n# b places here\n\n- **Lund**");
        assert_eq!(read.files, 2);
        assert_eq!(Glossary::load(folder.path()).unwrap().hash(), read.hash());
    }

    #[test]
    fn an_empty_folder_is_an_empty_glossary_and_a_missing_one_is_none() {
        let folder = folder(&[]);

        assert_eq!(Glossary::load(folder.path()).unwrap().text, "");
        let refused = Glossary::load(&folder.path().join("gone")).unwrap_err();
        assert!(refused.to_string().contains("/gone cannot be read"), "{refused}");
    }

    #[test]
    fn what_should_not_be_sent_is_refused_and_named() {
        let refused = |folder: &tempfile::TempDir| Glossary::load(folder.path()).unwrap_err().to_string();

        let bad = folder(&[("a.md", b"one\ntwo\n\xff")]);
        assert!(refused(&bad).starts_with("line 3 of ") && refused(&bad).ends_with("a.md is not UTF-8"));

        let long = folder(&[("a.md", &vec![b'x'; 200 * 1024]), ("b.md", &vec![b'x'; 60 * 1024])]);
        assert!(refused(&long).contains("more than 256 KiB"));

        let open = folder(&[("a.md", b"x")]);
        std::fs::set_permissions(open.path().join("a.md"), PermissionsExt::from_mode(0o666)).unwrap();
        assert!(refused(&open).contains("may write to"));

        let secret = folder(&[("secret.key", b"x")]);
        let linked = folder(&[]);
        std::os::unix::fs::symlink(secret.path().join("secret.key"), linked.path().join("a.md")).unwrap();
        assert!(refused(&linked).contains("leads out of its folder"));
    }

    #[test]
    fn a_link_within_the_folder_counts() {
        let folder = folder(&[("kept", b"rain")]);
        std::os::unix::fs::symlink("kept", folder.path().join("words.md")).unwrap();

        assert_eq!(Glossary::load(folder.path()).unwrap().text, "# words\n\nrain");
    }
}
