//! Target of an export: a plaintext folder, or one encrypted archive.

mod archive;
mod folder;

use std::path::Path;

use crate::crypto::age_archive::ArchiveRecipient;
use crate::error::{Error, Result};
use crate::import_export::export::options::ExportOptions;
use crate::import_export::export::sink::ExportSink;
use crate::import_export::export::target::archive::ExportArchive;
use crate::import_export::export::target::folder::ExportFolder;

/// Checked export target.
pub(super) enum ExportTarget {
    /// A folder.
    Folder(std::path::PathBuf),
    /// A file and its recipients.
    Archive(std::path::PathBuf, Vec<ArchiveRecipient>),
}

impl ExportTarget {
    /// Checks path and recipients; writes nothing.
    ///
    /// # Errors
    /// `Conflict` if the target exists; `Invalid` for malformed recipients.
    pub(super) fn validate(wanted: ExportOptions) -> Result<Self> {
        let ExportOptions { to, recipients, passphrase, .. } = wanted;
        let mut parsed = recipients.iter().map(|text| ArchiveRecipient::parse(text)).collect::<Result<Vec<_>>>()?;
        if let Some(passphrase) = passphrase {
            if passphrase.expose().trim().is_empty() {
                return Err(Error::invalid("the passphrase is empty").hint("write a passphrase into the file"));
            }
            parsed.push(ArchiveRecipient::from_passphrase(&passphrase));
        }
        if to.as_os_str().is_empty() {
            return Err(Error::invalid("no export target is given").hint("name a folder or file with --to"));
        }
        reject_symlink(&to)?;
        if parsed.is_empty() {
            folder::validate_path(&to)?;
            return Ok(Self::Folder(to));
        }
        archive::validate_path(&to)?;
        Ok(Self::Archive(to, parsed))
    }

    /// Returns true if the export is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        matches!(self, Self::Archive(..))
    }

    /// Runs `work` on a sink for the target. The export is complete and synced on `Ok`, removed on `Err`.
    pub(super) fn write_with<T>(&self, work: &mut dyn FnMut(&mut dyn ExportSink) -> Result<T>) -> Result<T> {
        match self {
            Self::Folder(to) => {
                let mut folder = ExportFolder::begin(to)?;
                match work(&mut folder).and_then(|value| folder.finish().map(|()| value)) {
                    Ok(value) => Ok(value),
                    Err(error) => {
                        folder.rollback();
                        Err(error)
                    }
                }
            }
            Self::Archive(to, recipients) => {
                let mut archive = ExportArchive::begin(to, recipients)?;
                let value = work(&mut archive)?;
                archive.finish()?;
                Ok(value)
            }
        }
    }
}

/// Rejects a symbolic link, whose creator would control the location of the export.
fn reject_symlink(to: &Path) -> Result<()> {
    if std::fs::symlink_metadata(to).is_ok_and(|facts| facts.is_symlink()) {
        return Err(Error::conflict(format!("{} is a symbolic link", to.display())).hint("name its target"));
    }
    Ok(())
}
