//! Glossary: names and words that help a provider with handwriting and recordings.

use std::path::{Path, PathBuf};

use crate::app::reloadable::content::ReloadableContent;
use crate::app::reloadable::source_file;
use crate::error::{Error, Result};

/// Maximum size of all files together, bytes: they are sent with every page and every recording.
const MAX_BYTES: u64 = 256 * 1024;

/// Minimum number of tokens of a prompt that Anthropic caches.
const CACHED_FROM: usize = 4096;

/// Concatenated Markdown files of the glossary folder.
#[derive(Debug)]
pub struct GlossaryText {
    /// Text that is sent to providers; empty without files.
    pub text: String,
    /// Number of files with text.
    pub files: usize,
    hash: String,
}

impl GlossaryText {
    /// Logs a warning if the text is too short for Anthropic's prompt cache.
    pub(crate) fn warn_if_short(&self) {
        let tokens = bpe_openai::cl100k_base().count(&self.text);
        if self.files > 0 && tokens < CACHED_FROM {
            tracing::warn!(
                tokens,
                "the context for handwriting has fewer than {CACHED_FROM} tokens, so Anthropic does not cache it"
            );
        }
    }
}

impl ReloadableContent for GlossaryText {
    fn load(path: &Path) -> Result<Self> {
        let (mut text, mut files, mut left) = (String::new(), 0, MAX_BYTES);
        for file in list_markdown_files(path)? {
            let content = source_file::read_text_file(&file, MAX_BYTES)?;
            let words = content.trim();
            if words.is_empty() {
                continue;
            }
            left = left.checked_sub(content.len() as u64).ok_or_else(|| {
                Error::conflict(format!("the files in {} have more than {} KiB", path.display(), MAX_BYTES >> 10))
                    .hint("shorten them: they are sent with every page")
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
        Ok(Self { hash: source_file::sha256_hex(&text), text, files })
    }

    fn hash(&self) -> &str {
        &self.hash
    }
}

/// Lists the folder's `.md` files by name; subfolders are ignored.
///
/// A symbolic link is accepted only if it points to a file of the same folder: otherwise it could send any file of the
/// machine to a provider.
fn list_markdown_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Error::conflict(format!("the folder {} cannot be read", folder.display()))
            .hint("create it, or unset OCR_CONTEXT_DIR")
            .caused_by(error)
    };
    let root = folder.canonicalize().map_err(unreadable)?;
    source_file::check_mode(folder, &std::fs::metadata(&root).map_err(unreadable)?)?;
    let mut files = Vec::new();
    for item in std::fs::read_dir(&root).map_err(unreadable)? {
        let name = item.map_err(unreadable)?.file_name();
        let path = folder.join(name);
        if path.extension().is_none_or(|ending| ending != "md") || path.is_dir() {
            continue;
        }
        if path.canonicalize().is_ok_and(|real| !real.starts_with(&root)) {
            return Err(Error::conflict(format!("{} is a link to a file outside its folder", path.display()))
                .hint("replace the link with the file itself"));
        }
        files.push(path);
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        folder
    }

    #[test]
    fn files_are_joined_by_name_each_under_a_heading() {
        let folder = folder(&[
            ("b_places-here.md", b"\n- **Lund**\n"),
            ("a-people.md", b"- **Ada** (not Adda)\n\n- **Bob**"),
            ("c.md", b" \n"),
            ("notes.txt", b"no"),
            ("no.MD", b"no"),
        ]);
        std::fs::create_dir(folder.path().join("more.md")).unwrap();
        std::fs::write(folder.path().join("more.md/d.md"), "no").unwrap();

        let read = GlossaryText::load(folder.path()).unwrap();

        assert_eq!(read.text, "# a people\n\n- **Ada** (not Adda)\n\n- **Bob**\n\n# b places here\n\n- **Lund**");
        assert_eq!(read.files, 2);
        assert_eq!(GlossaryText::load(folder.path()).unwrap().hash(), read.hash());
    }

    #[test]
    fn an_empty_folder_is_an_empty_glossary_a_missing_one_fails() {
        let folder = folder(&[]);

        assert_eq!(GlossaryText::load(folder.path()).unwrap().text, "");
        let refused = GlossaryText::load(&folder.path().join("missing")).unwrap_err();
        assert!(refused.to_string().contains("/missing cannot be read"), "{refused}");
    }

    #[test]
    fn files_that_must_not_be_sent_are_refused_by_name() {
        let refused = |folder: &tempfile::TempDir| GlossaryText::load(folder.path()).unwrap_err().to_string();

        let bad = folder(&[("a.md", b"one\ntwo\n\xff")]);
        assert!(refused(&bad).starts_with("line 3 of ") && refused(&bad).ends_with("a.md is not UTF-8"));

        let long = folder(&[("a.md", &vec![b'x'; 200 * 1024]), ("b.md", &vec![b'x'; 60 * 1024])]);
        assert!(refused(&long).contains("more than 256 KiB"));

        let open = folder(&[("a.md", b"x")]);
        std::fs::set_permissions(open.path().join("a.md"), PermissionsExt::from_mode(0o666)).unwrap();
        assert!(refused(&open).contains("is writable for everyone"));

        let secret = folder(&[("secret.key", b"x")]);
        let linked = folder(&[]);
        std::os::unix::fs::symlink(secret.path().join("secret.key"), linked.path().join("a.md")).unwrap();
        assert!(refused(&linked).contains("outside its folder"));
    }

    #[test]
    fn a_link_within_the_folder_is_followed() {
        let folder = folder(&[("kept", b"rain")]);
        std::os::unix::fs::symlink("kept", folder.path().join("words.md")).unwrap();

        assert_eq!(GlossaryText::load(folder.path()).unwrap().text, "# words\n\nrain");
    }
}
