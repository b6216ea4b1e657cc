//! Source of a secret.

use std::path::{Path, PathBuf};

use crate::secret::Secret;

/// Source of a secret.
#[derive(Debug, Clone)]
pub enum SecretSource {
    /// Value from the environment.
    Inline(Secret<String>),
    /// File whose owner and mode are checked when it is read.
    File(PathBuf),
}

impl SecretSource {
    /// Returns the path, if the source is a file.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Inline(_) => None,
            Self::File(path) => Some(path),
        }
    }
}
