//! Where backups go and whom they are for, so that a timer needs no flags.

use std::path::PathBuf;

use crate::config::table::Table;
use crate::error::Result;

/// Settings of backups.
#[derive(Debug, Clone)]
pub struct Backup {
    /// The folder they go to.
    pub dir: Option<PathBuf>,
    /// Public keys that they are encrypted to.
    pub recipients: Vec<String>,
}

impl Backup {
    pub(crate) fn read(table: &Table<'_>) -> Result<Self> {
        let recipients = table.list("backup.recipients").into_iter().map(str::to_owned).collect();
        Ok(Self { dir: table.path("backup.dir")?, recipients })
    }
}
