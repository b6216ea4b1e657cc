//! Absolute paths.

use std::path::{Component, Path, PathBuf};

use crate::error::{Error, Result};

/// Returns the absolute path without `.` and `..`, so that containment can be checked by prefix.
pub(crate) fn absolute_path(path: &Path) -> Result<PathBuf> {
    let whole = std::path::absolute(path)
        .map_err(|error| Error::invalid(format!("{} is not a usable path", path.display())).caused_by(error))?;
    let mut plain = PathBuf::new();
    for component in whole.components() {
        if component == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(component);
        }
    }
    Ok(plain)
}
