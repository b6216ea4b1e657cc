//! File that an ingestion reads.

use std::path::PathBuf;

/// File to read.
pub struct FoundFile {
    /// The named folder it was found in; `None` if the file itself was named.
    pub root: Option<PathBuf>,
    pub path: PathBuf,
}
