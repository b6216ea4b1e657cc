//! Names that are written in an unusual way.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use toml::de::DeValue;

use crate::app::contexts::Context;
use crate::app::contexts::written;
use crate::app::contexts::written::Toml;
use crate::error::Result;

const MAX_BYTES: u64 = 1024 * 1024;

/// How names are written, by their lower-case form.
#[derive(Debug)]
pub struct Casing {
    /// The form to write, by the name in lower case.
    pub exceptions: BTreeMap<String, String>,
    /// Where they were read.
    pub path: PathBuf,
    hash: String,
}

impl Context for Casing {
    fn load(path: &Path) -> Result<Self> {
        let text = written::read(path, MAX_BYTES)?;
        let (toml, table) = Toml::parse(path, &text)?;
        if let Some(meta) = table.get_ref().get("meta") {
            let DeValue::Table(meta) = meta.get_ref() else {
                return Err(toml.wrong(meta.span().start, "`meta` must be a table"));
            };
            toml.optional_words(meta, "version")?;
            toml.optional_words(meta, "description")?;
        }
        let Some(found) = table.get_ref().get("exceptions") else {
            return Err(toml.wrong(0, "there is no table `[exceptions]`"));
        };
        let DeValue::Table(written) = found.get_ref() else {
            return Err(toml.wrong(found.span().start, "`exceptions` must be a table"));
        };
        let mut exceptions = BTreeMap::new();
        for name in written.keys() {
            let at = name.span().start;
            let key = name.get_ref().as_ref();
            if key.trim().is_empty() || key.trim() != key || key.to_lowercase() != key {
                return Err(toml.wrong(at, "a name before the `=` is written in lower case, without blanks around it"));
            }
            if let Some((form, _)) = toml.optional_words(written, key)? {
                exceptions.insert(key.to_owned(), form.to_owned());
            }
        }
        Ok(Self { exceptions, path: path.to_owned(), hash: written::hash(&text) })
    }

    fn hash(&self) -> &str {
        &self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Casing> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("casing.toml");
        std::fs::write(&file, text).unwrap();
        Casing::load(&file)
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
