//! Names with an unusual spelling, such as `iPad`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::de::DeValue;

use crate::app::reloadable::content::ReloadableContent;
use crate::app::reloadable::source_file::{self, TomlSource};
use crate::error::Result;

const MAX_BYTES: u64 = 1024 * 1024;

/// Spellings of names, from `[exceptions]` of the casing file.
#[derive(Debug)]
pub struct NameCasing {
    /// Spelling by the name in lower case.
    pub exceptions: BTreeMap<String, String>,
    /// Path of the file.
    pub path: PathBuf,
    hash: String,
}

impl ReloadableContent for NameCasing {
    fn load(path: &Path) -> Result<Self> {
        let text = source_file::read_text_file(path, MAX_BYTES)?;
        let (toml, table) = TomlSource::parse(path, &text)?;
        if let Some(meta) = table.get_ref().get("meta") {
            let DeValue::Table(meta) = meta.get_ref() else {
                return Err(toml.error_at(meta.span().start, "`meta` must be a table"));
            };
            toml.optional_string(meta, "version")?;
            toml.optional_string(meta, "description")?;
        }
        let Some(found) = table.get_ref().get("exceptions") else {
            return Err(toml.error_at(0, "there is no table `[exceptions]`"));
        };
        let DeValue::Table(written) = found.get_ref() else {
            return Err(toml.error_at(found.span().start, "`exceptions` must be a table"));
        };
        let mut exceptions = BTreeMap::new();
        for name in written.keys() {
            let at = name.span().start;
            let key = name.get_ref().as_ref();
            if key.trim().is_empty() || key.trim() != key || key.to_lowercase() != key {
                return Err(toml.error_at(at, "a name on the left of `=` must be lower case, without blanks around it"));
            }
            if let Some((form, _)) = toml.optional_string(written, key)? {
                exceptions.insert(key.to_owned(), form.to_owned());
            }
        }
        Ok(Self { exceptions, path: path.to_owned(), hash: source_file::sha256_hex(&text) })
    }

    fn hash(&self) -> &str {
        &self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<NameCasing> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("casing.toml");
        std::fs::write(&file, text).unwrap();
        NameCasing::load(&file)
    }

    #[test]
    fn names_are_mapped_to_the_form_they_are_written_in() {
        let casing = load("[meta]\nversion = '1'\n[exceptions]\n'ipad pro' = 'iPad Pro'\nöbb = 'ÖBB'").err();
        assert!(casing.is_some(), "a bare key has ASCII letters only");
        let casing = load("[meta]\nversion = '1'\n[exceptions]\n'ipad pro' = 'iPad Pro'\n'öbb' = 'ÖBB'").unwrap();

        assert_eq!(casing.exceptions["ipad pro"], "iPad Pro");
        assert_eq!(casing.exceptions["öbb"], "ÖBB");
        assert!(load("[exceptions]\n").unwrap().exceptions.is_empty());
    }

    #[test]
    fn every_violation_is_refused_with_its_line() {
        let cases = [
            ("", "line 1", "no table"),
            ("exceptions = 1", "line 1", "must be a table"),
            ("meta = 1\n[exceptions]", "line 1", "must be a table"),
            ("[meta]\nversion = 2\n[exceptions]", "line 2", "`version` must be"),
            ("[exceptions]\nipad = 7", "line 2", "must be a text"),
            ("[exceptions]\nipad = ' '", "line 2", "must be a text"),
            ("[exceptions]\n\niPad = 'iPad'", "line 3", "lower case"),
            ("[exceptions]\n' ipad' = 'iPad'", "line 2", "lower case"),
            ("[exceptions]\nipad = 'iPad'\nipad = 'IPAD'", "line 3", "not valid TOML"),
        ];
        for (text, line, why) in cases {
            let refused = load(text).unwrap_err().to_string();

            assert!(refused.starts_with(&format!("{line} of ")) && refused.contains(why), "{text}\n{refused}");
        }
    }
}
