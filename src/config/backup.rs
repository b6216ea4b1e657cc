//! Backup settings: destination folder and recipients.

use std::path::PathBuf;

use crate::config::reader::SettingsReader;
use crate::error::Result;

/// Backup settings.
#[derive(Debug, Clone)]
pub struct BackupConfig {
    /// Destination folder.
    pub dir: Option<PathBuf>,
    /// age recipients the backups are encrypted to.
    pub recipients: Vec<String>,
}

impl BackupConfig {
    pub(crate) fn from_settings(table: &SettingsReader<'_>) -> Result<Self> {
        let recipients = table.list("backup.recipients").into_iter().map(str::to_owned).collect();
        Ok(Self { dir: table.path("backup.dir")?, recipients })
    }
}
