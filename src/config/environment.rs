//! The one place that reads the process environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::error::Error;
use crate::error::Result;

/// A snapshot of the environment; tests build their own.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, OsString>);

impl Environment {
    /// Takes the process's variables; names that are not UTF-8 are nobody's settings.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one owner of the environment")]
    pub fn of_process() -> Self {
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect()
    }

    /// Returns a variable as text; an empty one counts as unset.
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

    /// Returns the names that are set, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns an XDG base directory: the variable if it is absolute, else the fallback below HOME.
    ///
    /// # Errors
    /// `Invalid` when neither the variable nor HOME is set.
    pub fn xdg(&self, name: &str, below_home: &str) -> Result<PathBuf> {
        if let Some(path) = self.path(name).filter(|path| path.is_absolute()) {
            return Ok(path);
        }
        match self.path("HOME") {
            Some(home) => Ok(home.join(below_home)),
            None => Err(Error::invalid("HOME is not set, so there is no place for the journal")
                .hint("set HOME, or pass --data-dir and --config")),
        }
    }
}

impl FromIterator<(String, OsString)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, OsString)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}
