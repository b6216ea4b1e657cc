//! Snapshot of the process environment, the only access to it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::error::{Error, Result};

/// Snapshot of the environment variables; tests build their own.
#[derive(Clone, Default)]
pub struct EnvironmentSnapshot(BTreeMap<String, OsString>);

impl EnvironmentSnapshot {
    /// Reads the process's variables; names that are not UTF-8 are skipped.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the only reader of the environment")]
    pub fn from_process() -> Self {
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect()
    }

    /// Returns a variable as text; an empty value counts as unset.
    ///
    /// # Errors
    /// `Invalid` when the value is not UTF-8.
    pub fn text(&self, name: &str) -> Result<Option<&str>> {
        match self.0.get(name).filter(|value| !value.is_empty()) {
            None => Ok(None),
            Some(value) => match value.to_str() {
                Some(text) => Ok(Some(text)),
                None => Err(Error::invalid(format!("{name} is not UTF-8"))),
            },
        }
    }

    /// Returns a variable as a path.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.0.get(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// Returns the names of the set variables, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns an XDG base directory: the variable if it is absolute, otherwise the fallback below `HOME`.
    ///
    /// # Errors
    /// `Invalid` when neither the variable nor HOME is set.
    pub fn xdg(&self, name: &str, below_home: &str) -> Result<PathBuf> {
        if let Some(path) = self.path(name).filter(|path| path.is_absolute()) {
            return Ok(path);
        }
        match self.path("HOME") {
            Some(home) => Ok(home.join(below_home)),
            None => Err(Error::invalid("HOME is not set, so there is no default data directory")
                .hint("set HOME, or pass --data-dir and --config")),
        }
    }
}

impl FromIterator<(String, OsString)> for EnvironmentSnapshot {
    fn from_iter<I: IntoIterator<Item = (String, OsString)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}
